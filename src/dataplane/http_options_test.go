package dataplane

import (
	http "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

func unpackHTTPOptions(packed *anypb.Any) (*http.HttpProtocolOptions, error) {
	options := &http.HttpProtocolOptions{}
	return options, packed.UnmarshalTo(options)
}

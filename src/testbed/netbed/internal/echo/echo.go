// Package echo is the gRPC service of the test server: one method, netbed.Echo/Say, that takes any text and answers the
// server's name. Its messages are well-known types, so there is nothing to generate.
package echo

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const method = "/netbed.Echo/Say"

// speaker is what a server of this service can do.
type speaker interface {
	say(context.Context, *wrapperspb.StringValue) (*wrapperspb.StringValue, error)
}

type named string

func (n named) say(context.Context, *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	return wrapperspb.String(string(n)), nil
}

// Register adds the service, answering name, to a server.
func Register(server *grpc.Server, name string) {
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "netbed.Echo",
		HandlerType: (*speaker)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Say", Handler: handle}},
	}, named(name))
}

func handle(
	service any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor,
) (any, error) {
	request := new(wrapperspb.StringValue)
	if err := decode(request); err != nil {
		return nil, err
	}
	if intercept == nil {
		return service.(speaker).say(ctx, request)
	}
	info := &grpc.UnaryServerInfo{Server: service, FullMethod: method}
	return intercept(ctx, request, info, func(ctx context.Context, request any) (any, error) {
		return service.(speaker).say(ctx, request.(*wrapperspb.StringValue))
	})
}

// Say calls the service and gives the name that answered.
func Say(ctx context.Context, conn grpc.ClientConnInterface, text string) (string, error) {
	reply := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, method, wrapperspb.String(text), reply)
	return reply.GetValue(), err
}

package load

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
)

// overHTTP GETs one URL. Redirects are answers like others, and no proxy is asked: nothing else is ever called.
type overHTTP struct {
	client *http.Client
	url    string
	header http.Header
	host   string
}

func newHTTP(o options, url string) *overHTTP {
	h := &overHTTP{url: url, header: http.Header{}}
	for _, header := range o.headers {
		name, value, _ := strings.Cut(header, ":")
		if strings.EqualFold(name, "Host") {
			h.host = strings.TrimSpace(value)
			continue
		}
		h.header.Add(name, strings.TrimSpace(value))
	}
	h.client = &http.Client{
		Transport: &http.Transport{
			DialContext:         dial,
			DisableKeepAlives:   !o.reuse,
			DisableCompression:  true,
			MaxIdleConnsPerHost: maxWorkers,
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, ServerName: o.tlsName},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h
}

func (h *overHTTP) call(ctx context.Context, _ int) outcome {
	connections := 0
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, h.url, nil)
	if err != nil {
		return failed(err)
	}
	request.Header, request.Host = h.header.Clone(), h.host
	response, err := h.client.Do(request)
	if err != nil {
		return failed(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body) // else the connection could not be used again
	}
	if err != nil {
		return failed(err)
	}
	status := strconv.Itoa(response.StatusCode)
	return outcome{
		pod: response.Header.Get("X-Pod"), status: status, body: string(body), retried: connections > 1,
		ok: response.StatusCode >= 200 && response.StatusCode < 300, what: fmt.Sprintf("%s %s", status, body),
	}
}

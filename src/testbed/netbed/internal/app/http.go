package app

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// stopTime is how long running requests may go on after SIGTERM.
	stopTime = 5 * time.Second
	maxDelay = time.Minute
)

// answer is what every path says.
type answer struct {
	Pod     string            `json:"pod"`
	Proto   string            `json:"proto"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
}

func httpServer(name string) server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return of(&http.Server{Handler: handler(name), Protocols: protocols}, (*http.Server).Serve)
}

func of(s *http.Server, serve func(*http.Server, net.Listener) error) server {
	return server{
		serve: func(listener net.Listener) error {
			if err := serve(s, listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		stop: func() {
			patience, cancel := context.WithTimeout(context.Background(), stopTime)
			defer cancel()
			_ = s.Shutdown(patience)
		},
	}
}

// handler looks at paths itself: http.ServeMux would redirect unusual ones.
func handler(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if code, is := strings.CutPrefix(r.URL.Path, "/status/"); is {
			say(w, r, name, statusOf(code))
		} else if delay, is := strings.CutPrefix(r.URL.Path, "/delay/"); is {
			say(w, r, name, wait(r.Context(), delay))
		} else {
			say(w, r, name, http.StatusOK)
		}
	})
}

func statusOf(text string) int {
	code, err := strconv.Atoi(text)
	if err != nil || code < 200 || code > 599 {
		return http.StatusBadRequest
	}
	return code
}

func wait(ctx context.Context, text string) int {
	delay, err := time.ParseDuration(text)
	if err != nil || delay > maxDelay {
		return http.StatusBadRequest
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done(): // nobody listens any more
	}
	return http.StatusOK
}

func say(w http.ResponseWriter, r *http.Request, name string, code int) {
	headers := map[string]string{"Host": r.Host}
	for header, values := range r.Header {
		headers[header] = strings.Join(values, ", ")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Pod", name)
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer{Pod: name, Proto: r.Proto, Method: r.Method, Path: r.URL.Path, Headers: headers})
}

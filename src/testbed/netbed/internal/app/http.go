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

func handler(name string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { say(w, r, name, http.StatusOK) })
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.PathValue("code"))
		if err != nil || code < 200 || code > 599 {
			code = http.StatusBadRequest
		}
		say(w, r, name, code)
	})
	mux.HandleFunc("/delay/{time}", func(w http.ResponseWriter, r *http.Request) {
		delay, err := time.ParseDuration(r.PathValue("time"))
		if err != nil || delay > maxDelay {
			say(w, r, name, http.StatusBadRequest)
			return
		}
		select {
		case <-time.After(delay):
			say(w, r, name, http.StatusOK)
		case <-r.Context().Done():
		}
	})
	return mux
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

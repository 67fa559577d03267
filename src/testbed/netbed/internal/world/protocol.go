package world

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
)

// operation is what a request asks for. things names what it touches: operations that share one follow each other in the
// order of their requests, others run at once.
type operation interface {
	things() []string
	run(*world) (reply, error)
}

type reply map[string]any

var operations = map[string]func() operation{
	"cluster":            func() operation { return &addCluster{} },
	"pod":                func() operation { return &addPod{} },
	"deletePod":          func() operation { return &deletePod{} },
	"redirect":           func() operation { return &redirectPod{} },
	"relay":              func() operation { return &addRelay{} },
	"closeRelay":         func() operation { return &closeRelay{} },
	"loadBalancer":       func() operation { return &setBalancer{} },
	"removeLoadBalancer": func() operation { return &removeBalancer{} },
	"service":            func() operation { return &setBalancer{balancerPlace: balancerPlace{inside: true}} },
	"removeService":      func() operation { return &removeBalancer{balancerPlace: balancerPlace{inside: true}} },
	"dns":                func() operation { return &setRecords{} },
	"counters":           func() operation { return &readCounters{} },
}

// envelope holds the fields that every request has; it is embedded in each operation so that other fields are refused.
type envelope struct {
	ID json.RawMessage `json:"id"`
	Op string          `json:"op"`
}

func serve(w *world, requests io.Reader, replies io.Writer) {
	var running sync.WaitGroup
	defer running.Wait()
	out := answers{to: json.NewEncoder(replies)}
	queue := queue{last: map[string]chan struct{}{}}
	reader := bufio.NewReader(requests)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			head, op, problem := parse(line)
			if problem != nil {
				out.send(head.ID, nil, problem)
			} else {
				turn := queue.join(op.things())
				running.Go(func() {
					turn.wait()
					defer turn.done()
					result, problem := op.run(w)
					out.send(head.ID, result, problem)
				})
			}
		}
		if err != nil {
			return
		}
	}
}

func parse(line []byte) (envelope, operation, error) {
	var head envelope
	if err := json.Unmarshal(line, &head); err != nil {
		return head, nil, fmt.Errorf("not a request: %w", err)
	}
	create := operations[head.Op]
	if create == nil {
		return head, nil, fmt.Errorf("op %q is not known", head.Op)
	}
	op := create()
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(op); err != nil {
		return head, nil, fmt.Errorf("%s: %w", head.Op, err)
	}
	return head, op, nil
}

type answers struct {
	mutex sync.Mutex
	to    *json.Encoder
}

func (a *answers) send(id json.RawMessage, result reply, problem error) {
	message := reply{"id": id, "ok": problem == nil}
	if id == nil {
		message["id"] = nil
	}
	if problem != nil {
		message["error"] = strings.ReplaceAll(problem.Error(), "\n", "; ")
	} else {
		maps.Copy(message, result)
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	// Nobody left to tell when this fails: standard input is about to close too.
	_ = a.to.Encode(message)
}

// queue gives operations their turn. Only the reader of requests joins.
type queue struct {
	last map[string]chan struct{}
}

type turn struct {
	before []chan struct{}
	over   chan struct{}
}

func (q *queue) join(things []string) turn {
	t := turn{over: make(chan struct{})}
	for _, thing := range things {
		if before := q.last[thing]; before != nil {
			t.before = append(t.before, before)
		}
		q.last[thing] = t.over
	}
	return t
}

func (t turn) wait() {
	for _, before := range t.before {
		<-before
	}
}

func (t turn) done() { close(t.over) }

var errClosing = errors.New("the world is about to end")

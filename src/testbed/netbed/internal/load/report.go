package load

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	maxFailures = 200
	maxWhat     = 200
	maxBody     = 4096
)

// report gathers outcomes and, when there is a stream, writes a line for each.
type report struct {
	mutex  sync.Mutex
	stream *json.Encoder
	result document
	millis []float64
}

type document struct {
	Requests int            `json:"requests"`
	OK       int            `json:"ok"`
	Failed   int            `json:"failed"`
	Retried  int            `json:"retried"`
	ByPod    map[string]int `json:"byPod"`
	ByStatus map[string]int `json:"byStatus"`
	Failures []failure      `json:"failures"`
	Latency  latency        `json:"latencyMillis"`
	First    string         `json:"firstBody"`
}

type failure struct {
	At    string  `json:"at"`
	After float64 `json:"after"`
	What  string  `json:"what"`
}

type latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

type line struct {
	At     string  `json:"at"`
	Millis float64 `json:"ms"`
	Pod    string  `json:"pod"`
	Status string  `json:"status"`
}

func newReport(stream io.Writer) *report {
	r := &report{result: document{ByPod: map[string]int{}, ByStatus: map[string]int{}, Failures: []failure{}}}
	if stream != nil {
		r.stream = json.NewEncoder(stream)
	}
	return r
}

func (r *report) add(begin time.Time, took time.Duration, o outcome) {
	at, millis := begin.UTC().Format(time.RFC3339Nano), math.Round(took.Seconds()*1e6)/1e3
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.result.Requests++
	r.result.ByStatus[o.status]++
	if o.pod != "" {
		r.result.ByPod[o.pod]++
	}
	if o.retried {
		r.result.Retried++
	}
	if r.result.First == "" {
		r.result.First = o.body
	}
	r.millis = append(r.millis, millis)
	if o.ok {
		r.result.OK++
	} else {
		r.result.Failed++
		if len(r.result.Failures) < maxFailures {
			r.result.Failures = append(r.result.Failures, failure{At: at, After: millis, What: shorten(o.what, maxWhat)})
		}
	}
	if r.stream != nil {
		_ = r.stream.Encode(line{At: at, Millis: millis, Pod: o.pod, Status: o.status})
	}
}

func (r *report) document() document {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	slices.Sort(r.millis)
	if n := len(r.millis); n > 0 {
		at := func(share float64) float64 { return r.millis[int(math.Ceil(share*float64(n)))-1] }
		r.result.Latency = latency{P50: at(0.5), P99: at(0.99), Max: r.millis[n-1]}
	}
	return r.result
}

func shorten(text string, length int) string {
	if len(text) > length {
		return text[:length]
	}
	return text
}

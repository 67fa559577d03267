package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// outcome is what became of one request. Status is a code or "error:..."; what tells more when it failed.
type outcome struct {
	pod, status, what string
	ok                bool
	retried           bool // on a new connection, because a kept one had been closed or cut
	body              string
}

// caller sends one request; worker numbers those that follow each other.
type caller interface {
	call(ctx context.Context, worker int) outcome
}

// closedLoop sends a number of requests, each worker one after the other.
func closedLoop(stopped context.Context, o options, c caller, r *report) {
	var started atomic.Int64
	var workers sync.WaitGroup
	for worker := range o.workers {
		workers.Go(func() {
			for started.Add(1) <= int64(o.requests) && stopped.Err() == nil {
				begin := time.Now()
				once(o, c, r, worker)
				pause(stopped, o.every-time.Since(begin))
			}
		})
	}
	workers.Wait()
}

// openLoop starts each request when its time has come. When all workers are busy that counts as a failure, not as a
// reason to wait: else a slow server would go easy on itself.
func openLoop(stopped context.Context, o options, c caller, r *report) {
	limited, cancel := context.WithTimeout(stopped, o.duration)
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	workers := make(chan int, maxWorkers)
	for worker := range maxWorkers {
		workers <- worker
	}
	interval := time.Duration(float64(time.Second) / o.rate)
	begin := time.Now()
	for i := range int(o.duration.Seconds() * o.rate) {
		pause(limited, time.Until(begin.Add(time.Duration(i)*interval)))
		if stopped.Err() != nil {
			return
		}
		select {
		case worker := <-workers:
			running.Go(func() {
				once(o, c, r, worker)
				workers <- worker
			})
		default:
			r.add(time.Now(), 0, outcome{status: "error:backlog", what: "backlog: all workers were busy"})
		}
	}
}

// once sends one request, which comes to its end even when there are to be no more.
func once(o options, c caller, r *report, worker int) {
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	begin := time.Now()
	result := c.call(ctx, worker)
	r.add(begin, time.Since(begin), result)
}

func pause(stopped context.Context, length time.Duration) {
	if length <= 0 {
		return
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-stopped.Done():
	}
}

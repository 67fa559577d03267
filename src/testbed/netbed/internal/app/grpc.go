package app

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"meshfed.io/testbed/netbed/internal/echo"
)

func grpcServer(name string) server {
	s := grpc.NewServer()
	echo.Register(s, name)
	grpc_health_v1.RegisterHealthServer(s, health.NewServer()) // for probes
	return server{serve: s.Serve, stop: func() {
		impatience := time.AfterFunc(stopTime, s.Stop)
		defer impatience.Stop()
		s.GracefulStop()
	}}
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"istio.io/istio/security/pkg/pki/util"
)

// cacerts is one Secret, all of it PEM.
type cacerts struct {
	Name  string `json:"name"`
	Cert  string `json:"cert"`
	Key   string `json:"key"`
	Chain string `json:"chain"`
	Roots string `json:"roots"`
}

// verify reads bundles, one JSON document each, and prints those that are refused and how many there were.
func verify(in io.Reader, out io.Writer) error {
	bundles := json.NewDecoder(in)
	read := 0
	for {
		var bundle cacerts
		if err := bundles.Decode(&bundle); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("bundle %d: %w", read, err)
		}
		read++
		if err := bundle.verify(); err != nil {
			fmt.Fprintf(out, "refused %s: %v\n", bundle.Name, err)
		}
	}
	fmt.Fprintf(out, "read %d\n", read)
	return nil
}

// verify does what istiod does when it starts: security/pkg/pki/ca/ca.go, NewPluggedCertIstioCAOptions.
func (c cacerts) verify() error {
	if _, err := util.NewVerifiedKeyCertBundleFromPem([]byte(c.Cert), []byte(c.Key), []byte(c.Chain), []byte(c.Roots), nil); err != nil {
		return err
	}
	signing, err := util.ParsePemEncodedCertificate([]byte(c.Cert))
	if err != nil {
		return err
	}
	if !signing.IsCA {
		return errors.New("certificate is not authorized to sign other certificates")
	}
	return nil
}

package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"istio.io/istio/security/pkg/pki/ca"
	"istio.io/istio/security/pkg/pki/util"
)

// life is what istiod goes through with its cacerts: it starts with the first and reloads the others, in their order.
type life struct {
	Name     string    `json:"name"`
	Identity string    `json:"identity"` // of the workload, a SPIFFE URI
	Cacerts  []cacerts `json:"cacerts"`
	Peer     string    `json:"peer"` // root-cert.pem of the mesh that is to accept the workload, PEM
}

// sign lives each life, prints those in which something is refused, and how many there were.
func sign(in io.Reader, out io.Writer) error {
	lives := json.NewDecoder(in)
	read := 0
	for {
		var each life
		if err := lives.Decode(&each); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("life %d: %w", read, err)
		}
		read++
		if step, err := each.live(); err != nil {
			fmt.Fprintf(out, "refused %s: %s: %v\n", each.Name, step, err)
		}
	}
	fmt.Fprintf(out, "read %d\n", read)
	return nil
}

// live gives the step that failed.
func (l life) live() (string, error) {
	folder, err := os.MkdirTemp("", "istioca")
	if err != nil {
		return "folder", err
	}
	defer os.RemoveAll(folder)
	files := ca.SigningCAFileBundle{
		RootCertFile:    filepath.Join(folder, ca.RootCertFile),
		CertChainFiles:  []string{filepath.Join(folder, ca.CertChainFile)},
		SigningCertFile: filepath.Join(folder, ca.CACertFile),
		SigningKeyFile:  filepath.Join(folder, ca.CAPrivateKeyFile),
	}
	var istiod *ca.IstioCA
	for i, secret := range l.Cacerts {
		if err := secret.write(files); err != nil {
			return "files", err
		}
		if istiod == nil {
			options, err := ca.NewPluggedCertIstioCAOptions(files, 24*time.Hour, 90*24*time.Hour, 2048)
			if err != nil {
				return "start", err
			}
			if istiod, err = ca.NewIstioCA(options); err != nil {
				return "start", err
			}
		} else if err := istiod.GetCAKeyCertBundle().UpdateVerifiedKeyCertBundleFromFile(files.SigningCertFile,
			files.SigningKeyFile, files.CertChainFiles, files.RootCertFile, files.CRLFile); err != nil {
			return fmt.Sprintf("reload %d", i), err
		}
		if err := l.workload(istiod); err != nil {
			return fmt.Sprintf("workload under cacerts %d", i), err
		}
	}
	return "", nil
}

func (c cacerts) write(files ca.SigningCAFileBundle) error {
	for name, content := range map[string]string{
		files.RootCertFile:      c.Roots,
		files.CertChainFiles[0]: c.Chain,
		files.SigningCertFile:   c.Cert,
		files.SigningKeyFile:    c.Key,
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// workload has a certificate signed, and shows it to the peer.
func (l life) workload(istiod *ca.IstioCA) error {
	request, key, err := util.GenCSR(util.CertOptions{Host: l.Identity, ECSigAlg: util.EcdsaSigAlg})
	if err != nil {
		return err
	}
	chain, err := istiod.SignWithCertChain(request, ca.CertOpts{SubjectIDs: []string{l.Identity}, TTL: time.Hour})
	if err != nil {
		return err
	}
	return util.VerifyCertificate(key, []byte(strings.Join(chain, "")), []byte(l.Peer), &util.VerifyFields{
		Host:        l.Identity,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	})
}

// Package alerts asks Prometheus's own code what the alerts in helm/meshfed/alerts.yaml make of figures as the operator gives them.
package alerts

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/template"
)

const (
	file = "../../helm/meshfed/alerts.yaml"
	hour = 3600
	day  = 24 * hour
	// now is when alerts are looked at, in seconds since 1970.
	now = 1000 * day
)

var east = `kind="MeshFederation",name="east"`

// series is what one scrape brought, of one replica.
type series map[string]int

func expires(certificate string, in int) series {
	return series{"meshfed_certificate_expiry_timestamp_seconds{" + east + `,certificate="` + certificate + `"}`: now + in}
}

func (s series) renewal(certificate string, in int) series {
	s["meshfed_certificate_renewal_timestamp_seconds{"+east+`,certificate="`+certificate+`"}`] = now + in
	return s
}

func (s series) lifetime(certificate string, seconds int) series {
	s["meshfed_certificate_lifetime_seconds{"+east+`,certificate="`+certificate+`"}`] = seconds
	return s
}

// listed is a revocation list that lives for so long, and counts as missing in so long.
func listed(life, in int) series {
	list := east + `,issuer="CN=root",key="0a1b"}`
	return series{
		"meshfed_crl_needed_timestamp_seconds{" + list: now + in,
		"meshfed_crl_lifetime_seconds{" + list:         life,
		"meshfed_crl_expiry_timestamp_seconds{" + list: now + in + min(3*day, life/4),
	}
}

func condition(name string, value int) series {
	return series{"meshfed_condition{" + east + `,condition="` + name + `"}`: value}
}

func rotating(phase string, since int) series {
	return series{
		"meshfed_rotation_since_timestamp_seconds{" + east + "}":     now - since,
		"meshfed_rotation_phase{" + east + `,phase="` + phase + `"}`: 1,
		"meshfed_rotation_phase{" + east + `,phase="another"}`:       0,
	}
}

func (s series) dwellEnd(in int) series {
	s["meshfed_rotation_dwell_end_timestamp_seconds{"+east+"}"] = now + in
	return s
}

// Each case has the alerts that fire, as alert/severity.
var cases = []struct {
	name  string
	given series
	fires []string
}{
	{"a root with years to live", expires("root", 1000*day), nil},
	{"a root with 89 days", expires("root", 89*day), []string{"MeshfedCertificateExpires/info"}},
	{"a root with 29 days", expires("root", 29*day), []string{"MeshfedCertificateExpires/warning"}},
	{"a root with 6 days", expires("root", 6*day), []string{"MeshfedCertificateExpires/critical"}},
	{"a root that has ended", expires("root", -day), []string{"MeshfedCertificateExpires/critical"}},
	{
		"an intermediate of 90 days that is renewed next month",
		expires("intermediate", 60*day).lifetime("intermediate", 90*day).renewal("intermediate", 30*day),
		nil,
	},
	{
		"the same on the day of its renewal",
		expires("intermediate", 30*day-60).lifetime("intermediate", 90*day).renewal("intermediate", -60),
		nil,
	},
	{
		"the same two hours later",
		expires("intermediate", 30*day-2*hour).lifetime("intermediate", 90*day).renewal("intermediate", -2*hour),
		[]string{"MeshfedRenewalOverdue/warning", "MeshfedCertificateExpires/warning"},
	},
	{
		"an intermediate of a year that is renewed tomorrow, with six days to live",
		expires("intermediate", 6*day).lifetime("intermediate", 365*day).renewal("intermediate", day),
		nil,
	},
	{
		"an intermediate of 90 days that somebody else makes",
		expires("intermediate", 60*day).lifetime("intermediate", 90*day),
		nil,
	},
	{
		"the same with 6 days to live",
		expires("intermediate", 6*day).lifetime("intermediate", 90*day),
		[]string{"MeshfedCertificateExpires/critical"},
	},
	{"a credential of a day, half used", expires("credential", 12*hour).lifetime("credential", day), nil},
	{
		"a credential of a day with two hours to live",
		expires("credential", 2*hour).lifetime("credential", day),
		[]string{"MeshfedShortLivedExpires/critical"},
	},
	{
		"a token of an hour that is renewed at four fifths",
		expires("credential", 12*60).lifetime("credential", hour),
		nil,
	},
	{
		"an intermediate of two weeks, renewed on its last day, the evening before",
		expires("intermediate", day+hour).lifetime("intermediate", 14*day).renewal("intermediate", hour),
		nil,
	},
	{"a revocation list of our own, on the day of its renewal", listed(30*day, 12*day), nil},
	{"the same a week later", listed(30*day, 5*day), []string{"MeshfedRevocationListEnds/warning"}},
	{"a list of a day in the middle of its life", listed(day, 6*hour), nil},
	{"a list of a day, two hours before it is missed", listed(day, 2*hour), []string{"MeshfedRevocationListEnds/critical"}},
	{"a list of two weeks in the middle of its life", listed(14*day, 4*day), nil},
	{"a list of three weeks in the middle of its life", listed(21*day, 7*day+12*hour-60), nil},
	{"a list of ten weeks in the middle of its life", listed(70*day, 32*day), nil},
	{"a list of half a year with a month to go", listed(180*day, 29*day), []string{"MeshfedRevocationListEnds/info"}},
	{"the same with six days", listed(180*day, 6*day), []string{"MeshfedRevocationListEnds/warning"}},
	{"the same with hours", listed(180*day, 5*hour), []string{"MeshfedRevocationListEnds/critical"}},
	{"the same when it is missed", listed(180*day, -hour), []string{"MeshfedRevocationListEnds/critical"}},
	{
		"a list of a CA that signs no more",
		series{`meshfed_crl_expiry_timestamp_seconds{` + east + `,issuer="CN=root",key="0a1b"}`: now + hour},
		nil,
	},
	{"trust that stands", condition("TrustReady", 1), nil},
	{"trust that does not stand", condition("TrustReady", 0), []string{"MeshfedConditionFalse/warning"}},
	{"a remote that cannot be reached", condition("Connected", 0), []string{"MeshfedConditionFalse/warning"}},
	{"no conflict", condition("Conflict", 0), nil},
	{"nothing stalled", condition("Stalled", 0), nil},
	{"not known", condition("Trusted", -1), nil},
	{"a rotation in its first wait", rotating("AwaitTrust", day+600).dwellEnd(-300), nil},
	{"one of a mesh whose workloads have certificates of a week", rotating("AwaitTrust", 6*day).dwellEnd(day + 600), nil},
	{"the same, its peers told half a day later", rotating("AwaitTrust", 7*day+12*hour).dwellEnd(600 - 12*hour), nil},
	{
		"the same two days after its own workloads are ready",
		rotating("AwaitTrust", 9*day).dwellEnd(-2 * day),
		[]string{"MeshfedRotationWaits/warning"},
	},
	{"a rotation that lacks a setting since yesterday", rotating("AddRoot", day+600), nil},
	{"a rotation that lacks a setting", rotating("AddRoot", 3*day), []string{"MeshfedRotationWaits/warning"}},
}

func rules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(content, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.Default())
	for _, err := range errs {
		t.Error(err)
	}
	if t.Failed() {
		t.FailNow()
	}
	var all []rulefmt.Rule
	for _, group := range groups.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

// firing evaluates each alert a while after it has begun to hold: how long it must is for Prometheus to count.
func firing(t *testing.T, given series) map[string]promql.Vector {
	t.Helper()
	var load strings.Builder
	load.WriteString("load 1d\n")
	for _, replica := range []string{"a", "b"} {
		for metric, value := range given {
			// Nothing but the days around now: the storage makes files for every two hours that it has seen.
			fmt.Fprintf(&load, "  %s _x999 %d+0x2\n", strings.Replace(metric, "{", `{pod="`+replica+`",`, 1), value)
		}
	}
	storage := promqltest.LoadedStorage(t, load.String())
	engine := promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery)
	found := map[string]promql.Vector{}
	for _, rule := range rules(t) {
		query, err := engine.NewInstantQuery(context.Background(), storage, nil, rule.Expr, time.Unix(now, 0))
		if err != nil {
			t.Fatal(err)
		}
		result := query.Exec(context.Background())
		vector, err := result.Vector()
		if err != nil {
			t.Fatalf("%s: %v", rule.Alert, err)
		}
		if len(vector) > 0 {
			found[rule.Alert+"/"+rule.Labels["severity"]] = vector
		}
	}
	return found
}

func TestEachAlertFiresWhenItShouldAndNotBefore(t *testing.T) {
	seen := map[string]bool{}
	for _, each := range cases {
		t.Run(each.name, func(t *testing.T) {
			found := firing(t, each.given)
			for _, alert := range each.fires {
				seen[alert] = true
				if len(found[alert]) != 1 {
					t.Errorf("%s fires %d times, not once", alert, len(found[alert]))
				}
				delete(found, alert)
			}
			for alert := range found {
				t.Errorf("%s fires", alert)
			}
		})
	}
	for _, rule := range rules(t) {
		if name := rule.Alert + "/" + rule.Labels["severity"]; !seen[name] {
			t.Errorf("no case in which %s fires", name)
		}
	}
}

func TestEachAlertSaysOfWhatAndWhereToReadOn(t *testing.T) {
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range cases {
		for name, vector := range firing(t, each.given) {
			for _, rule := range rules(t) {
				if rule.Alert+"/"+rule.Labels["severity"] != name {
					continue
				}
				for _, annotation := range []string{"summary", "description"} {
					text := expand(t, rule.Annotations[annotation], vector[0])
					if !strings.Contains(text, "MeshFederation east") {
						t.Errorf("%s: %s does not name the object: %s", name, annotation, text)
					}
				}
				if !strings.HasSuffix(rule.Annotations["runbook_url"], "docs/operations.md#"+strings.ToLower(rule.Alert)) {
					t.Errorf("%s: runbook_url is %s", name, rule.Annotations["runbook_url"])
				}
				if !strings.Contains(string(runbook), "\n### "+rule.Alert+"\n") {
					t.Errorf("docs/operations.md has no section %s", rule.Alert)
				}
			}
		}
	}
}

func expand(t *testing.T, text string, sample promql.Sample) string {
	t.Helper()
	names := map[string]string{}
	sample.Metric.Range(func(l labels.Label) { names[l.Name] = l.Value })
	data := template.AlertTemplateData(names, nil, "", promql.Sample{F: sample.F, Metric: sample.Metric})
	head := "{{$labels := .Labels}}{{$value := .Value}}"
	expanded, err := template.NewTemplateExpander(context.Background(), head+text, "alert", data,
		model.Time(timestamp.FromTime(time.Unix(now, 0))), nil, &url.URL{}, nil).Expand()
	if err != nil {
		t.Fatal(err)
	}
	return expanded
}

// A worker that leads while it holds a lease, tested on an etcd whose time is held: it must notice that it lost the role.
//
//	go run client.go       # with leasehold on the PATH; apt-get install golang-go golang-etcd-server-dev
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
)

func main() {
	etcd, control, stop := serve()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()

	first := campaign(ctx, etcd, "anna")
	fmt.Println("anna leads")
	won := make(chan *concurrency.Session)
	go func() { won <- campaign(ctx, etcd, "berta") }()
	waitForKeys(control, 2)

	// Anna's lease ends as if its time had run out; she has not given it back and does not know it.
	do(control, "expire", fmt.Sprintf(`{"lease": "%d"}`, first.Lease()))
	second := <-won
	fmt.Println("berta leads")
	<-first.Done()
	fmt.Println("anna noticed")
	second.Close()
}

// The command that runs leasehold, and whatever stops it with this process.
func serve() (etcd, control string, stop func()) {
	command := strings.Fields(os.Getenv("LEASEHOLD"))
	if len(command) == 0 {
		command = []string{"leasehold"}
	}
	args := append(command[1:], "serve", "--port", "0", "--control-port", "0", "--time", "manual", "--exit-on-stdin-close")
	child := exec.Command(command[0], args...)
	stdin, _ := child.StdinPipe()
	stdout, _ := child.StdoutPipe()
	stderr, _ := child.StderrPipe()
	must(child.Start())
	line := func(from *bufio.Reader) string {
		text, err := from.ReadString('\n')
		must(err)
		return strings.TrimSpace(text)
	}
	etcd = line(bufio.NewReader(stdout))
	words := strings.Fields(line(bufio.NewReader(stderr)))
	return etcd, words[len(words)-1], func() { stdin.Close(); child.Wait() }
}

func campaign(ctx context.Context, etcd, name string) *concurrency.Session {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{etcd}})
	must(err)
	session, err := concurrency.NewSession(client, concurrency.WithTTL(3))
	must(err)
	must(concurrency.NewElection(session, "/mayor").Campaign(ctx, name))
	return session
}

func waitForKeys(control string, count int) {
	for strings.Count(do(control, "state", "{}"), `"key"`) < count {
		time.Sleep(10 * time.Millisecond)
	}
}

func do(control, action, body string) string {
	answer, err := http.Post("http://"+control+"/v1/"+action, "application/json", strings.NewReader(body))
	must(err)
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	if answer.StatusCode != 200 {
		panic(text.String())
	}
	return text.String()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

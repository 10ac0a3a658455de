// One program for all receivers in Go: the argument says which one runs. It listens at PORT on 127.0.0.1.
package main

import (
	"errors"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
)

// receivers by the name of their file. Each file adds its own in init.
var receivers = map[string]func() http.Handler{}

func main() {
	receiver, ok := receivers[os.Args[1]]
	if !ok {
		log.Fatalf("no receiver is called %q", os.Args[1])
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), receiver()))
}

// work of an event, as far as anybody outside can see it: its key is posted to LOCALHOOK_EFFECTS_URL.
func work(key string) error {
	url := os.Getenv("LOCALHOOK_EFFECTS_URL")
	if url == "" {
		return nil
	}
	response, err := http.Post(url, "text/plain", strings.NewReader(key))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode >= 300 {
		return errors.New("the work failed: " + response.Status)
	}
	return nil
}

// once does the work of each event once, as with a unique key in a database.
type once struct {
	mutex sync.Mutex
	keys  map[string]bool
}

func (o *once) do(key string) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.keys[key] {
		return nil
	}
	if err := work(key); err != nil {
		return err
	}
	if o.keys == nil {
		o.keys = map[string]bool{}
	}
	o.keys[key] = true
	return nil
}

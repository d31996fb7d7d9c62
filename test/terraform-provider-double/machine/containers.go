package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

type container struct {
	ID     string `json:"Id"`
	Mounts []struct{ Source string }
}

// removeContainers removes what uses a folder below this one: a machine's containers go with it, while the engine, which is this
// host's, stays.
func removeContainers(socket, folder string) error {
	if socket == "" {
		return nil
	}
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}
	defer client.CloseIdleConnections()
	listed, err := client.Get("http://docker/containers/json?all=true")
	if err != nil {
		return err
	}
	defer listed.Body.Close()
	containers := []container{}
	if err := json.NewDecoder(listed.Body).Decode(&containers); err != nil {
		return fmt.Errorf("the engine's list of containers: %w", err)
	}
	for _, one := range containers {
		if !one.uses(folder) {
			continue
		}
		request, err := http.NewRequest(http.MethodDelete, "http://docker/containers/"+url.PathEscape(one.ID)+"?force=true&v=true", nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode >= 400 && answer.StatusCode != http.StatusNotFound && answer.StatusCode != http.StatusConflict {
			return fmt.Errorf("the engine does not remove container %s: %s", one.ID, answer.Status)
		}
	}
	return nil
}

func (c container) uses(folder string) bool {
	for _, mount := range c.Mounts {
		if strings.HasPrefix(mount.Source, folder+"/") {
			return true
		}
	}
	return false
}

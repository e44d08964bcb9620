"""A device that no node has is told, and found again by itself."""

from cluster.conftest import Nodes, Server, until

ASKED = "/registry?left=odd/odd.Hidden&right=odd/odd.Hidden&device=cuda:0"


def test_no_node_for_a_device(nodes: Nodes, on_ray: Server) -> None:
    told = on_ray.client.get(ASKED)
    assert told.status_code == 503
    assert "No node of the cluster has cuda:0 at present" in told.text
    assert told.headers["Retry-After"] == told.headers["Refresh"] == "5"
    assert on_ray.client.get(ASKED.replace("cuda:0", "cpu")).status_code == 200
    node = nodes.add(num_gpus=1)
    until(lambda: on_ray.client.get(ASKED).status_code != 503)
    # It was sent there. The node has only said that it has a GPU: torch finds none, and says so.
    told = on_ray.client.get(ASKED)
    assert told.status_code == 422
    assert "device=cuda:0" in told.text
    nodes.kill(node)
    until(lambda: on_ray.client.get(f"{ASKED}&seed=1").status_code == 503)

import torch


def descend(cost, start, make, etas):
    """The path of the optimizer make(params), with learning rates etas."""
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, path = make([theta]), [theta.tolist()]
    for eta in etas:
        optimizer.param_groups[0]["lr"] = eta
        optimizer.zero_grad()
        cost(theta).backward()
        optimizer.step()
        path.append(theta.tolist())
    return path

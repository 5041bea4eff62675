"""A study of γ, η and seeds, on this machine's cores or on a cluster that runs elsewhere.

python study.py FOLDER [ADDRESS OF A DASK SCHEDULER]
"""

import sys

import numpy as np
from distributed import Client, LocalCluster

import momentumlib as ml


def study(model, folder, client, **settings):
    """Every run is kept in `folder` when it is done; killed, it goes on from there."""
    return ml.sweep(model, ml.momentum, study=folder, executor=client.get_executor(), **settings)


def main(folder, address=None):
    """The table of this chapter, finer and with five seeds."""
    model = ml.models.convolutional(ml.datasets.fruits())
    with Client(address or LocalCluster(threads_per_worker=1, dashboard_address=None)) as client:
        gammas, etas = 1 - np.geomspace(1, 0.01, 9), 0.005 * 2.0 ** np.arange(0, 6.5, 0.5)
        result = study(model, folder, client, gamma=gammas, eta=etas, seeds=range(5), steps=150)
    print(result, result.best())


if __name__ == "__main__":
    main(*sys.argv[1:])

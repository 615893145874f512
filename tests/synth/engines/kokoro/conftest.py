"""Pretend checkpoints: a small network for the fast tests, the true architecture for the slow ones."""

import os

import pytest
import torch

from synth.engines.kokoro.pretend.checkpoint import write_checkpoint

torch.set_num_threads(1)  # the tests run beside one another
os.environ["TRITON_INTERPRET"] = "1"  # read when Triton is imported: its kernels then run on a processor


@pytest.fixture(scope="session")
def small_checkpoint(tmp_path_factory):
    directory = tmp_path_factory.mktemp("small")
    write_checkpoint(directory, small=True)
    return directory


@pytest.fixture(scope="session")
def true_checkpoint(tmp_path_factory):
    directory = tmp_path_factory.mktemp("true")
    write_checkpoint(directory)
    return directory

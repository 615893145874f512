import json
import os

import pytest
import torch

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.inventory import inventory
from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.weights import read_weights


@pytest.fixture
def architecture(small_checkpoint):
    return Architecture.read(json.loads((small_checkpoint / "config.json").read_text()))


@pytest.fixture
def saved(small_checkpoint):
    return torch.load(small_checkpoint / "model.pth", weights_only=True)


@pytest.fixture
def read(architecture, tmp_path):
    def save_and_read(saved):
        torch.save(saved, tmp_path / "model.pth")
        return read_weights(tmp_path / "model.pth", architecture)

    return save_and_read


def test_weight_norm_is_folded(read, saved):
    length = saved["decoder"]["module.encode.conv1.weight_g"]
    direction = saved["decoder"]["module.encode.conv1.weight_v"]

    weight = read(saved)["decoder.encode.conv1.weight"]

    assert torch.allclose(weight.flatten(1).norm(dim=1), length.flatten())
    assert torch.allclose(torch.nn.functional.cosine_similarity(weight, direction), torch.ones(()), atol=1e-5)


def test_names_without_module_before_them_are_read_too(read, saved):
    plain = {part: {name.removeprefix("module."): value for name, value in own.items()} for part, own in saved.items()}

    assert read(plain)["predictor.F0_proj.bias"].shape == (1,)


def test_what_the_package_adds_without_training_it_is_left_out(read, saved):
    saved["bert"]["module.pooler.weight"] = torch.zeros(3, 3)
    saved["decoder"]["module.encode.norm1.norm.weight"] = torch.ones(5)
    saved["decoder"]["module.encode.norm1.norm.bias"] = torch.zeros(5)

    assert read(saved)


def test_what_is_missing_is_named(read, saved):
    del saved["predictor"]["module.F0_proj.bias"]

    with pytest.raises(EngineError, match=r"lacks: predictor\.F0_proj\.bias"):
        read(saved)


def test_what_is_unknown_is_named(read, saved):
    saved["decoder"]["module.encode.norm1.norm.weight"] = torch.full((5,), 2.0)

    with pytest.raises(EngineError, match=r"unknown: decoder\.encode\.norm1\.norm\.weight"):
        read(saved)


def test_another_size_is_named(read, saved):
    saved["bert_encoder"]["module.bias"] = torch.zeros(7)

    with pytest.raises(EngineError, match=r"another size: bert_encoder\.bias"):
        read(saved)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "begins with b''"),
        (b"no weights", "begins with b'no weights'"),
        (b"version https://git-lfs.github.com/spec/v1", "no file of torch's, it begins with b'version https://git-lfs"),
        (b"PK\x03\x04", "cut off or broken"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_it_looks_like(architecture, tmp_path, content, reason):
    (tmp_path / "model.pth").write_bytes(content)

    with pytest.raises(EngineError, match=f"cannot read the model's weights at .*/model.pth: it is .*{reason}"):
        read_weights(tmp_path / "model.pth", architecture)


@pytest.mark.parametrize("bend", [lambda tensor: tensor.to("meta"), torch.Tensor.to_sparse, torch.Tensor.long])
def test_a_tensor_that_is_no_plain_one_is_named(read, saved, bend):
    saved["text_encoder"]["module.embedding.weight"] = bend(saved["text_encoder"]["module.embedding.weight"])

    with pytest.raises(EngineError, match=r"not read: text_encoder\.embedding\.weight"):
        read(saved)


class Trap:
    def __reduce__(self):
        return (os.system, ("true",))


@pytest.mark.parametrize(("code", "named"), [(json.JSONDecoder, "json.decoder.JSONDecoder"), (Trap(), "posix.system")])
def test_a_file_that_would_run_code_is_refused(read, code, named):
    with pytest.raises(EngineError, match=rf"cannot read the model's weights .*tensors \({named}\)") as caught:
        read({"bert": {"module.x": code}})
    assert "weights_only" not in str(caught.value)  # torch's advice to run it all the same


@pytest.mark.parametrize("saved", [{}, {"bert": 1}, {"bert": {1: 2}}, {"bert": {"module.x": 1}}, torch.zeros(3)])
def test_something_else_that_torch_saved_is_refused(read, saved):
    with pytest.raises(EngineError, match="not a dictionary of modules with tensors"):
        read(saved)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda config: config.pop("plbert"), "no 'plbert'"),
        (lambda config: config["istftnet"].update(upsample_rates=[8, 8]), "upsample_rates"),
        (lambda config: config["istftnet"].update(resblock_dilation_sizes=[[1, 3, 5], [1, 2, 3]]), "dilations"),
        (lambda config: config["istftnet"].update(resblock_dilation_sizes=[]), "another form"),
        (lambda config: config.update(plbert=3), "another form"),
        (lambda config: config.update(hidden_dim="big"), "hidden is 'big'"),
        (lambda config: config.update(vocab={"a": 178}), "token 178, and n_token is 178"),
    ],
)
def test_a_config_of_another_kind_of_network_is_refused(small_checkpoint, tmp_path, change, complaint):
    config = json.loads((small_checkpoint / "config.json").read_text())
    change(config)
    (tmp_path / "config.json").write_text(json.dumps(config))

    with pytest.raises(EngineError, match=complaint):
        open_model(tmp_path / "config.json", small_checkpoint / "model.pth")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the package's own
def test_the_inventory_is_what_the_package_has(true_checkpoint):
    from kokoro import KModel

    files = {"config": str(true_checkpoint / "config.json"), "model": str(true_checkpoint / "model.pth")}
    package = KModel(repo_id="hexgrad/Kokoro-82M", **files)
    theirs = {
        name: tuple(tensor.shape)
        for name, tensor in package.state_dict().items()
        if not name.startswith("bert.pooler") and not name.endswith((".norm.weight", ".norm.bias"))
    }

    architecture = Architecture.read(json.loads((true_checkpoint / "config.json").read_text()))

    assert inventory(architecture) == theirs

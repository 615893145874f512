import math
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.config import ConfigError, GatewayConfig, check_exposure
from gateway.core.events import Limits


def refusal(environ, **options):
    with pytest.raises(ConfigError) as refused:
        GatewayConfig.from_environ(environ, **options)
    return str(refused.value)


@pytest.fixture
def settings_file(tmp_path):
    return tmp_path / "voxgate.toml"


def test_nothing_needs_to_be_set():
    config = GatewayConfig.from_environ({"HOME": "/root", "PATH": "/bin"})

    assert (config.host, config.port, config.grpc_port, config.engine) == ("127.0.0.1", 8080, 50051, "espeak")
    assert config.limits == Limits()


def test_the_environment_is_read_under_our_prefix():
    config = GatewayConfig.from_environ({"VOXGATE_PORT": "9000", "VOXGATE_MAX_LEAD": "2.5", "PORT": "1"})

    assert config.port == 9000
    assert config.limits == Limits(max_lead=2.5)


def test_an_option_wins_over_the_environment_and_the_environment_over_the_file(settings_file):
    settings_file.write_text('port = 1001\ngrpc_port = 1002\nhost = "::1"\n')
    environ = {"VOXGATE_CONFIG": str(settings_file), "VOXGATE_PORT": "2001", "VOXGATE_GRPC_PORT": "2002"}

    config = GatewayConfig.from_environ(environ, port=3001, grpc_port=None)

    assert (config.port, config.grpc_port, config.host) == (3001, 2002, "::1")


def test_an_empty_variable_counts_as_not_set():
    assert GatewayConfig.from_environ({"VOXGATE_PORT": ""}).port == 8080


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"VOXGATE_PORT": "eighty"}, "VOXGATE_PORT: Input should be a valid integer"),
        ({"VOXGATE_PORT": "70000"}, "VOXGATE_PORT: Input should be less than or equal to 65535"),
        ({"VOXGATE_PROCESSES": "0"}, "VOXGATE_PROCESSES"),
        ({"VOXGATE_DRAIN_TIME": "nan"}, "VOXGATE_DRAIN_TIME"),
        ({"VOXGATE_WRITE_DEADLINE": "0"}, "VOXGATE_WRITE_DEADLINE"),
        ({"VOXGATE_LOG_FORMAT": "xml"}, "VOXGATE_LOG_FORMAT: Input should be 'auto', 'console' or 'json'"),
        ({"VOXGATE_ENGINE_OPTIONS": "rate"}, "VOXGATE_ENGINE_OPTIONS: expected name=value,name=value"),
        ({"VOXGATE_ENGINE_OPTIONS": "=1"}, "VOXGATE_ENGINE_OPTIONS: expected name=value,name=value"),
        ({"VOXGATE_TLS_CERT": "/nowhere", "VOXGATE_TLS_KEY": "/nowhere"}, "VOXGATE_TLS_CERT: Path does not point to"),
        ({"VOXGATE_PROT": "1"}, "VOXGATE_PROT: there is no such setting; is it port?"),
        ({"VOXGATE_PORT": "7", "VOXGATE_GRPC_PORT": "7"}, "port and grpc_port are both 7"),
        ({"VOXGATE_PORT": "7", "VOXGATE_WYOMING_PORT": "7"}, "port and wyoming_port are both 7"),
        ({"VOXGATE_PORT": "0", "VOXGATE_PROCESSES": "2"}, "it cannot be 0"),
    ],
)
def test_a_malformed_setting_is_refused_by_its_name(environ, words):
    assert words in refusal(environ)


def test_everything_that_is_wrong_is_told_at_once():
    told = refusal({"VOXGATE_PORT": "x", "VOXGATE_WORKERS": "-1"}, log_format="xml")

    assert len(told.splitlines()) == 3
    assert "option log_format" in told


def test_a_refusal_does_not_repeat_the_value_which_may_be_a_secret():
    assert "hunter2" not in refusal({"VOXGATE_PORT": "hunter2", "VOXGATE_PASSWORD": "hunter2"})


def test_the_password_of_the_database_is_not_shown_with_the_settings():
    config = GatewayConfig.from_environ({"VOXGATE_DATABASE_URL": "postgresql+asyncpg://me:hunter2@host/voxgate"})

    assert "hunter2" not in repr(config)
    assert "hunter2" in config.database


def test_a_wrong_line_of_the_file_is_told_with_the_file(settings_file):
    settings_file.write_text("prot = 1")

    assert f"prot in {settings_file}" in refusal({"VOXGATE_CONFIG": str(settings_file)})


@pytest.mark.parametrize("content", ["port = ", b"\xff", None])
def test_a_file_that_cannot_be_read_is_refused(settings_file, content):
    if content is not None:
        settings_file.write_bytes(content.encode() if isinstance(content, str) else content)

    assert str(settings_file) in refusal({"VOXGATE_CONFIG": str(settings_file)})


def test_a_service_of_our_name_in_kubernetes_does_not_stop_the_server():
    environ = {
        "VOXGATE_PORT": "tcp://10.0.0.1:8080",
        "VOXGATE_SERVICE_HOST": "10.0.0.1",
        "VOXGATE_SERVICE_PORT_HTTP": "8080",
        "VOXGATE_PORT_8080_TCP_ADDR": "10.0.0.1",
    }

    assert GatewayConfig.from_environ(environ).port == 8080


def test_the_variables_of_our_other_programs_are_not_ours():
    assert GatewayConfig.from_environ({"VOXGATE_API_KEY": "vg_1", "VOXGATE_SYNTH_DEVICE": "cuda"})


def test_lists_and_tables_can_be_written_in_one_variable():
    config = GatewayConfig.from_environ(
        {"VOXGATE_ENGINE_OPTIONS": "pace=fast, text=a=b", "VOXGATE_WORKER_ADDRESSES": "10.0.0.5:50061, 10.0.0.6:50061"}
    )

    assert config.engine_options == {"pace": "fast", "text": "a=b"}
    assert config.worker_addresses == ("10.0.0.5:50061", "10.0.0.6:50061")


def test_lists_and_tables_can_be_written_as_such_in_the_file(settings_file):
    settings_file.write_text('worker_addresses = ["a:1"]\n[engine_options]\nrate = 24000\nvoice = "x"\n')

    config = GatewayConfig.from_environ({"VOXGATE_CONFIG": str(settings_file)})

    assert config.engine_options == {"rate": "24000", "voice": "x"}
    assert config.worker_addresses == ("a:1",)


def test_options_may_come_as_a_list():
    assert GatewayConfig.from_environ({}, engine_options=["a=1"]).engine_options == {"a": "1"}


def with_options(engine, options, **settings):
    return GatewayConfig.from_environ({}, engine=engine, engine_options=options, **settings)


def test_the_workers_of_an_engine_that_keeps_a_core_busy_share_the_cores():
    cores = len(os.sched_getaffinity(0))

    assert with_options("kokoro", "device=cpu").local_workers == math.ceil(cores / 4)
    assert GatewayConfig(engine="kokoro", workers=3).local_workers == 3
    for workers in (1, 2, 64):
        config = GatewayConfig.from_environ(
            {}, engine="kokoro", engine_options="device=cpu,precision=float32", workers=workers
        )
        assert config.worker_options == {
            "speaking_threads": str(max(1, cores // workers)),
            "device": "cpu",
            "precision": "float32",
        }


def test_other_engines_are_told_nothing_of_cores():
    for engine, options in (("espeak", ""), ("kokoro", "device=cuda")):
        config = with_options(engine, options)
        assert config.local_workers == 1
        assert config.worker_options == config.engine_options


def test_the_operator_says_how_many_speak_side_by_side():
    config = with_options("kokoro", "device=cpu,speaking_threads=7")

    assert config.worker_options == config.engine_options


def test_we_start_workers_only_when_there_are_no_addresses():
    assert GatewayConfig(workers=2).local_workers == 2
    assert GatewayConfig(workers=2, worker_addresses=("a:1",)).local_workers == 0


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        GatewayConfig().port = 1


def test_a_certificate_needs_its_key(settings_file):
    settings_file.write_text("")

    assert "tls_cert and tls_key" in refusal({"VOXGATE_TLS_CERT": str(settings_file)})


def test_data_lies_in_the_home_of_data():
    assert GatewayConfig.from_environ({}).data_dir == Path.home() / ".local/share/voxgate"
    assert GatewayConfig.from_environ({"XDG_DATA_HOME": "/data"}).data_dir == Path("/data/voxgate")
    assert GatewayConfig.from_environ({"XDG_DATA_HOME": "/data", "VOXGATE_DATA_DIR": "/d"}).data_dir == Path("/d")


def test_the_database_is_a_file_in_the_data_unless_it_is_set():
    assert GatewayConfig(data_dir=Path("/d")).database == "sqlite+aiosqlite:////d/voxgate.db"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_key(host):
    check_exposure(GatewayConfig(host=host), any_keys=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "example.com"])
def test_a_server_that_others_can_reach_needs_a_key(host):
    with pytest.raises(ConfigError, match="voxgate keys create"):
        check_exposure(GatewayConfig(host=host), any_keys=False)

    check_exposure(GatewayConfig(host=host), any_keys=True)
    check_exposure(GatewayConfig(host=host, allow_public_without_keys=True), any_keys=False)


@pytest.mark.parametrize("any_keys", [True, False])
def test_wyoming_has_no_keys_so_other_machines_reach_it_only_when_told_so(any_keys):
    open_to_all = GatewayConfig(wyoming_port=10_200, wyoming_host="0.0.0.0")
    with pytest.raises(ConfigError, match="Wyoming has no keys"):
        check_exposure(open_to_all, any_keys=any_keys)

    check_exposure(GatewayConfig(wyoming_host="0.0.0.0"), any_keys=any_keys)
    check_exposure(GatewayConfig(wyoming_port=10_200, host="0.0.0.0"), any_keys=True)
    check_exposure(open_to_all.model_copy(update={"allow_public_without_keys": True}), any_keys=any_keys)


def test_links_begin_with_what_the_operator_says():
    assert GatewayConfig.from_environ({"VOXGATE_PUBLIC_URL": "https://voice.example.org:8443/"}).public_url == (
        "https://voice.example.org:8443"
    )
    for wrong in ("voice.example.org", "https://", "ftp://a", "https://a/path", "https://a:99999", "https://[", "x"):
        assert "VOXGATE_PUBLIC_URL" in refusal({"VOXGATE_PUBLIC_URL": wrong})


def test_what_has_ended_is_kept_for_a_while_or_for_ever():
    config = GatewayConfig.from_environ({"VOXGATE_KEEP_AUDIO": "86400", "VOXGATE_KEEP_FAILED": "0"})

    assert (config.keep_audio, config.keep_failed, config.keep_idempotency_keys) == (86_400, 0, 86_400)
    assert GatewayConfig().keep_audio == 0
    assert "VOXGATE_KEEP_AUDIO" in refusal({"VOXGATE_KEEP_AUDIO": "-1"})


@pytest.mark.parametrize(
    "origin", ["https://a.example.com", "http://localhost:3000", "https://*.example.com", "http://[::1]:80", "*"]
)
def test_pages_that_may_ask_are_origins(origin):
    assert GatewayConfig.from_environ({"VOXGATE_CORS_ORIGINS": origin}).cors_origins == (origin,)


@pytest.mark.parametrize("origin", ["example.com", "https://a.example.com/page", "https://*", "null"])
def test_what_no_browser_sends_is_no_origin(origin):
    with pytest.raises(ConfigError, match="an origin is like"):
        GatewayConfig.from_environ({"VOXGATE_CORS_ORIGINS": origin})


def test_proxies_are_networks():
    config = GatewayConfig.from_environ({"VOXGATE_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1"})

    assert config.trusted_proxies == ("10.0.0.0/8", "192.0.2.1/32")
    with pytest.raises(ConfigError, match="a proxy is an address or a network"):
        GatewayConfig.from_environ({"VOXGATE_TRUSTED_PROXIES": "proxy.local"})

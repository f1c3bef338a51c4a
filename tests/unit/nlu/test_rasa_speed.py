"""What replaces parts of Rasa gives the same results as what it replaces."""

import rasa.shared.utils.io
import yaml

from bot.nlu.rasa_speed import CoreLoader
from bot.settings import PROJECT

PLAIN = "a: yes\nb: on\nc: 12\nd: 1.5\ne: ~\nf: true\ng: 12:30\nh:\ni: 0x1f\nj: 1e3\nk: 'no'\nl: .5\nm: -3\nn: 0o14\n"


def test_the_domain_reads_as_in_rasas_own_reader() -> None:
    """Every part of the domain, the responses in three languages among them."""
    for path in [PROJECT / "domain.yml", *sorted((PROJECT / "data" / "responses").glob("*.yml"))]:
        text = path.read_text(encoding="utf-8")
        assert yaml.load(text, Loader=CoreLoader) == rasa.shared.utils.io.read_yaml(text), path.name


def test_plain_words_and_numbers_are_those_of_yaml_1_2() -> None:
    """`yes` and `on` are text there."""
    assert yaml.load(PLAIN, Loader=CoreLoader) == rasa.shared.utils.io.read_yaml(PLAIN)

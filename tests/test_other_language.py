"""A site in another language pair needs files alone: the words of a language, and its code in the settings."""

import shutil

import yaml
from site_fixtures import copy_small

from generator.build import Options, build_site
from generator.config import OWN_TEMPLATES, load_config


def test_another_language_pair_by_files_alone(tmp_path):
    """French words (stand-ins here) make French pages beside the English ones, with French numbers and no Chinese."""
    settings = copy_small(tmp_path / "plan")
    templates = shutil.copytree(OWN_TEMPLATES, tmp_path / "plan" / "templates")
    words = yaml.safe_load((templates / "words" / "en.yml").read_text(encoding="utf-8"))
    words["meta"] |= {"tag": "fr", "name": "Français", "locale": "fr_FR", "material": "fr", "decimal": ","}
    (templates / "words" / "fr.yml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    text = settings.read_text(encoding="utf-8").replace("  zh: ", "  fr: ").replace("[en, zh]", "[en, fr]")
    settings.write_text(f"{text}templates: templates\n", encoding="utf-8")

    report = build_site(load_config(settings), Options(jobs=1))

    home = (report.output / "fr" / "index.html").read_text(encoding="utf-8")
    assert report.languages == ("en", "fr")
    assert '<html lang="fr"' in home
    assert 'hreflang="fr"' in (report.output / "en" / "index.html").read_text(encoding="utf-8")
    assert not (report.output / "zh").exists()

"""The three shapes of question files, each as a list of questions.

References:
    Karger et al. (2025), ForecastBench: the question set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from schelling.interchange.foreign import Findings
from schelling.interchange.json_tree import as_list, as_object
from schelling.interchange.questions import platform_forecasts
from schelling.interchange.questions.foreign_question import (
    ForeignQuestion,
    day,
    number,
    unplaced,
    words,
)

Object = Mapping[str, Any]
_BOUNDS = "a register has no bounds of answers"
_FORECASTS = "it is no probability of yes with a day"
_WHY = {
    "lower_bound": _BOUNDS,
    "upper_bound": _BOUNDS,
    "scaling": _BOUNDS,
    "previous_forecasts": _FORECASTS,
    "community_prediction_at_access_time": _FORECASTS,
    "my_forecasts": _FORECASTS,
    "aggregations": _FORECASTS,
    "group_question_option": "a register has no groups with labels",
    "custom_metadata": "a register has no place for it",
    "freeze_datetime_value": _FORECASTS,
}
# what is read, then the state of the site and how answers are entered there
_OF_TOOLS = """
    api_json id_of_question id_of_post question_type question_text resolution_criteria fine_print
    background_info open_time published_time close_time scheduled_resolution_time page_url
    unit_of_measure options resolution_string actual_resolution_time
    state num_forecasters num_predictions date_accessed already_forecasted cp_reveal_time
    tournament_slugs default_project_id categories includes_bots_in_aggregates question_weight
    question_ids_of_group open_lower_bound open_upper_bound zero_point cdf_size
    nominal_lower_bound nominal_upper_bound option_is_instance_of
    lower_bound_is_hard_limit upper_bound_is_hard_limit
"""
_OF_METACULUS = """
    id label title type resolution_criteria fine_print description open_time
    scheduled_close_time scheduled_resolve_time unit options resolution actual_resolve_time
    status created_at cp_reveal_time spot_scoring_time actual_close_time resolution_set_time
    possibilities post_id question_weight default_score_type default_aggregation_method
    include_bots_in_aggregates open_lower_bound open_upper_bound inbound_outcome_count user_vote
    group_rank group_variable options_order options_history all_options_ever average_coverage
"""
_OF_BENCH = """
    id source source_intro question background resolution_criteria url freeze_datetime
    freeze_datetime_value_explanation resolution_dates market_info_resolution_criteria
    market_info_close_datetime market_info_open_datetime
"""
_TOOL_FIELDS = frozenset(_OF_TOOLS.split())
_METACULUS_FIELDS = frozenset(_OF_METACULUS.split())
_BENCH_FIELDS = frozenset(_OF_BENCH.split())
STAYS = "Probability of yes if nothing changes."


def shape_of(root: object) -> str:
    """Which shape a JSON file has; empty where it holds no questions."""
    whole = as_object(root)
    items = as_list(root) or as_list(whole.get("results")) or ([root] if whole else [])
    first = as_object(items[0] if items else None)
    if "forecast_due_date" in whole and isinstance(whole.get("questions"), list):
        return "forecastbench"
    if "question_text" in first:
        return "forecasting-tools"
    if isinstance(first.get("question"), dict) or "group_of_questions" in first:
        return "metaculus"
    return ""


def questions(root: object, shape: str, findings: Findings) -> Iterator[ForeignQuestion]:
    """The questions of a file of a shape."""
    if shape == "forecastbench":
        due = day(as_object(root).get("forecast_due_date"))
        for item in as_list(as_object(root)["questions"]):
            yield from _bench(as_object(item), due, findings)
        return
    items = as_list(root) or as_list(as_object(root).get("results")) or [root]
    for item in items:
        if shape == "forecasting-tools":
            yield _tool(as_object(item), findings)
        else:
            yield from _posted(as_object(item), findings)


def _tool(item: Object, findings: Findings) -> ForeignQuestion:
    api = as_object(item.get("api_json"))
    register = {
        str(key): value
        for key, value in as_object(api.get("register")).items()
        if isinstance(value, str)
    }
    name = words(api.get("id")) or number(item.get("id_of_question"))
    name = name or number(item.get("id_of_post")) or words(item.get("question_text"))[:40]
    kind = words(item.get("question_type")) or platform_forecasts.kind_by_fields(item)
    told = platform_forecasts.of_tool(item) if kind == "binary" else ()
    ends = platform_forecasts.bounds(item.get("lower_bound"), item.get("upper_bound"), kind)
    placed = frozenset(("community_prediction_at_access_time",) if told else ())
    placed |= frozenset(("lower_bound", "upper_bound") if ends else ())
    if not register:
        unplaced(item, _TOOL_FIELDS | placed, _WHY, name, findings)
    return ForeignQuestion(
        name=name,
        kind=kind,
        bounds=ends,
        predictions=told,
        text=words(item.get("question_text")),
        criteria=words(item.get("resolution_criteria")),
        fine_print=words(item.get("fine_print")),
        background=words(item.get("background_info")),
        opens=day(item.get("open_time")) or day(item.get("published_time")),
        closes=day(item.get("close_time")) or day(item.get("scheduled_resolution_time")),
        resolve_by=day(item.get("scheduled_resolution_time")),
        published=day(item.get("published_time")),
        platform="Metaculus" if item.get("id_of_post") is not None else "the platform",
        page=words(item.get("page_url")),
        unit=words(item.get("unit_of_measure")),
        resolution=words(item.get("resolution_string")),
        resolved_on=day(item.get("actual_resolution_time")),
        register=register,
    )


def _posted(post: Object, findings: Findings) -> Iterator[ForeignQuestion]:
    """The question of a post of Metaculus, or those of its group."""
    group = as_object(post.get("group_of_questions"))
    inner = [as_object(one) for one in as_list(group.get("questions"))]
    if not inner and "question" in post:
        inner = [as_object(post["question"])]
    if not inner:
        name = number(post.get("id"))
        findings.skip("E903", f"post '{name}'", "it has no question, as pairs of them", 0)
    for item in inner:
        yield _metaculus(post, item, group, findings)


def _metaculus(post: Object, item: Object, group: Object, findings: Findings) -> ForeignQuestion:
    name, kind = number(item.get("id")), words(item.get("type"))
    scale = as_object(item.get("scaling"))
    ends = platform_forecasts.bounds(scale.get("range_min"), scale.get("range_max"), kind)
    told = platform_forecasts.of_metaculus(item) if kind == "binary" else ()
    placed = frozenset(("aggregations", "my_forecasts") if told else ())
    placed |= frozenset(("scaling",) if ends else ())
    unplaced(item, _METACULUS_FIELDS | placed, _WHY, name, findings)
    label, title = words(item.get("label")), words(item.get("title")) or words(post.get("title"))
    post_id = number(post.get("id"))
    return ForeignQuestion(
        name=name,
        kind=kind,
        bounds=ends,
        predictions=told,
        text=f"{title} ({label})" if label and label not in title else title,
        criteria=words(item.get("resolution_criteria")) or words(group.get("resolution_criteria")),
        fine_print=words(item.get("fine_print")) or words(group.get("fine_print")),
        background=words(item.get("description")) or words(group.get("description")),
        opens=day(item.get("open_time")) or day(post.get("published_at")),
        closes=day(item.get("scheduled_close_time")) or day(item.get("scheduled_resolve_time")),
        resolve_by=day(item.get("scheduled_resolve_time")),
        published=day(post.get("published_at")),
        platform="Metaculus",
        page=f"metaculus.com/questions/{post_id}" if post_id else "",
        unit=words(item.get("unit")),
        cluster=f"post_{post_id}" if group else "",
        resolution=words(item.get("resolution")),
        resolved_on=day(item.get("actual_resolve_time")),
    )


def _bench(item: Object, due: dt.date | None, findings: Findings) -> Iterator[ForeignQuestion]:
    """A question for each of its days of resolution."""
    name = number(item.get("id"))
    if not name:
        what = "a question of ForecastBench"
        findings.skip("E903", what, "it asks of several questions at once", 0)
        return
    stays = words(item.get("freeze_datetime_value"))
    own = words(item.get("freeze_datetime_value_explanation")) == STAYS
    market = platform_forecasts.of_bench(item)
    frozen = "" if own else platform_forecasts.frozen_value(item)
    placed = own or market or frozen
    value = frozenset(("freeze_datetime_value",)) if placed else frozenset[str]()
    unplaced(item, _BENCH_FIELDS | value, _WHY, name, findings)
    listed = [found for found in map(day, as_list(item.get("resolution_dates"))) if found]
    closing = day(item.get("market_info_close_datetime"))
    days = listed or ([closing] if closing else [])
    if not days:
        findings.skip("E906", f"question '{name}'", "it has no day of resolution", 0)
    told = (words(item.get("source_intro")), words(item.get("background")), frozen)
    text = words(item.get("question"))
    text = text.replace("{forecast_due_date}", due.isoformat()) if due else text
    # the days of a question share its texts
    whole = ForeignQuestion(
        name=name,
        kind="binary",
        text=text,
        criteria=words(item.get("resolution_criteria")),
        fine_print=words(item.get("market_info_resolution_criteria")),
        background=" ".join(filter(None, told)),
        opens=day(item.get("freeze_datetime")),
        platform=f"ForecastBench, {words(item.get('source')) or 'its source'}",
        page=words(item.get("url")),
        persistence=stays if own else "",
        predictions=market,
    )
    for last in days:
        said = text.replace("{resolution_date}", last.isoformat())
        if len(days) == 1:
            yield replace(whole, text=said, closes=last)
        else:
            called = f"{name} by {last.isoformat()}"
            yield replace(whole, name=called, text=said, closes=last, cluster=name)

"""What a run knows in; the CLAIM and TRIPOD+AI checklists, filled in as far as it knows the answers, out.

CLAIM: Mongan, Moy and Kahn, Radiology: Artificial Intelligence, 2020 (42 items). TRIPOD+AI: Collins et al.,
BMJ, 2024 (27 items with sub-items). Topics are in our words: the originals say what each asks for exactly.
An item that a run cannot know (who the patients were, what was approved) is left to the authors, visibly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lentigo.explanation.captions import visible
from lentigo.report.checklists import method, results
from lentigo.report.checklists.facts import ChecklistFacts

OPEN = "*for the authors*"
Answer = Callable[[ChecklistFacts], str]


@dataclass(frozen=True)
class Item:
    """One item of a checklist."""

    number: str
    topic: str
    answer: Answer | None = None
    """None where no run can know."""


@dataclass(frozen=True)
class Checklist:
    """A checklist with where it comes from."""

    name: str
    source: str
    items: Sequence[Item]


CLAIM = Checklist(
    "CLAIM",
    "Mongan J, Moy L, Kahn CE. Radiology: Artificial Intelligence 2020;2(2):e200029",
    (
        Item("1", "title names the kind of artificial intelligence", method.method_in_words),
        Item("2", "structured summary", results.summary),
        Item("3", "background, intended use and role", method.intended_use),
        Item("4", "objectives and hypotheses"),
        Item("5", "prospective or retrospective", method.retrospective),
        Item("6", "goal of the study"),
        Item("7", "sources of data", method.data_sources),
        Item("8", "who was eligible, where and when"),
        Item("9", "preprocessing of images", method.preprocessing),
        Item("10", "selection of subsets of the data", results.subsets),
        Item("11", "definitions of data elements", method.definitions),
        Item("12", "removal of identifying data", method.deidentification),
        Item("13", "missing data", method.missing_data),
        Item("14", "definition of the reference standard", method.reference_standard),
        Item("15", "why this reference standard"),
        Item("16", "who annotated, with what qualification"),
        Item("17", "tools of annotation"),
        Item("18", "agreement among annotators"),
        Item("19", "intended size of the sample and how it was found"),
        Item("20", "how images were assigned to parts", results.partitions),
        Item("21", "level at which parts are disjoint", method.disjoint_level),
        Item("22", "description of the network", method.network),
        Item("23", "software, versions", method.software),
        Item("24", "initial weights", method.initial_weights),
        Item("25", "training: augmentation, hyperparameters, stages", method.training),
        Item("26", "how the final model was selected", method.selection),
        Item("27", "ensembles", method.ensembles),
        Item("28", "measures of performance", results.measures),
        Item("29", "significance and uncertainty", results.uncertainty),
        Item("30", "robustness and sensitivity analyses", results.robustness),
        Item("31", "how answers are explained", method.explanations),
        Item("32", "validation on external data", results.external_data),
        Item("33", "flow of participants", results.flow),
        Item("34", "characteristics of each part", results.characteristics),
        Item("35", "performance on every part", results.performance),
        Item("36", "accuracy with its precision", results.accuracy_with_intervals),
        Item("37", "analysis of failures", results.failures),
        Item("38", "limitations", results.limitations),
        Item("39", "implications for practice, intended use", method.intended_use),
        Item("40", "registration"),
        Item("41", "where protocol, code and model can be had", method.code_and_recipe),
        Item("42", "funding"),
    ),
)

TRIPOD_AI = Checklist(
    "TRIPOD+AI",
    "Collins GS et al. BMJ 2024;385:e078378",
    (
        Item("1", "title names model, population and outcome", method.method_in_words),
        Item("2", "abstract", results.summary),
        Item("3a", "healthcare context"),
        Item("3b", "target population, intended use and users", method.intended_use),
        Item("3c", "known inequalities between groups of people", results.inequalities),
        Item("4", "objectives"),
        Item("5a", "sources of data", method.data_sources),
        Item("5b", "dates of the data"),
        Item("6a", "setting and centres"),
        Item("6b", "eligibility"),
        Item("6c", "treatments received"),
        Item("7", "preparation of the data", method.preprocessing),
        Item("8a", "outcome and how it was assessed", method.reference_standard),
        Item("8b", "who assessed the outcome"),
        Item("8c", "blinding of the assessment"),
        Item("9a", "choice of predictors", method.predictors),
        Item("9b", "definition of predictors", method.preprocessing),
        Item("9c", "who assessed predictors"),
        Item("10", "size of the sample"),
        Item("11", "missing data", method.missing_data),
        Item("12a", "how data were used: parts", results.partitions),
        Item("12b", "how predictors were handled", method.preprocessing),
        Item("12c", "type of model and how it was built", method.network),
        Item("12d", "differences between clusters", results.robustness),
        Item("12e", "measures of performance", results.measures),
        Item("12f", "updating of the model", results.updating),
        Item("12g", "how predictions are computed", method.computing),
        Item("13", "class imbalance", method.imbalance),
        Item("14", "fairness", results.inequalities),
        Item("15", "output of the model and thresholds", results.output),
        Item("16", "differences between development and evaluation data", results.prior_shift),
        Item("17", "ethical approval"),
        Item("18a", "funding"),
        Item("18b", "conflicts of interest"),
        Item("18c", "protocol"),
        Item("18d", "registration"),
        Item("18e", "sharing of data", method.licences),
        Item("18f", "sharing of code", method.code_and_recipe),
        Item("19", "involvement of patients and the public"),
        Item("20a", "flow of participants", results.flow),
        Item("20b", "characteristics of participants", results.characteristics),
        Item("20c", "development against evaluation data", results.prior_shift),
        Item("21", "participants and events in each analysis", results.flow),
        Item("22", "full specification of the model", method.code_and_recipe),
        Item("23a", "performance with intervals", results.accuracy_with_intervals),
        Item("23b", "differences of performance between clusters", results.robustness),
        Item("24", "results of updating", results.updating),
        Item("25", "interpretation"),
        Item("26", "limitations", results.limitations),
        Item("27a", "handling of poor or missing input", method.poor_input),
        Item("27b", "interaction with users", method.intended_use),
        Item("27c", "next steps"),
    ),
)

CHECKLISTS = (CLAIM, TRIPOD_AI)


def filled(checklist: Checklist, facts: ChecklistFacts) -> list[tuple[Item, str]]:
    """Every item with its answer; empty where the run does not know."""
    return [(item, item.answer(facts) if item.answer else "") for item in checklist.items]


def checklists_text(facts: ChecklistFacts) -> str:
    """Both checklists as Markdown."""
    lines = [
        f"# Reporting checklists of {_plain(facts.record.get('name', 'run'))}",
        "",
        f"**{_plain(facts.record.get('notice', ''))}** Filled in by `lentigo evaluate` as far as the run "
        f"knows; what it cannot know is marked {OPEN}.",
        "",
    ]
    for checklist in CHECKLISTS:
        rows = filled(checklist, facts)
        answered = sum(1 for _, answer in rows if answer)
        lines += [
            f"## {checklist.name}",
            "",
            f"{checklist.source}. {answered} of {len(rows)} items filled in.",
            "",
        ]
        lines += ["| item | about | answer |", "|---|---|---|"]
        lines += [f"| {item.number} | {item.topic} | {_plain(answer) or OPEN} |" for item, answer in rows]
        lines.append("")
    return "\n".join(lines)


def _plain(text: object) -> str:
    """Text for a cell of a table: one line, nothing in it taken for markup."""
    shown = " ".join(visible(str(text)).split())
    return shown.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")

"""The page of the beta study: how precise, how it was paid for, what was dropped, and how it looks."""

from torch import Tensor

from wend.measure.betas import FACTORS, BetaStudy, SteeredVAE
from wend.measure.chart import Axis, Band, BarChart, Chart, Line, LineChart
from wend.measure.export import Cell
from wend.measure.latent_use import kl_chart
from wend.measure.report.page import Fact, Pictures, Report, Section, picture_sheet
from wend.measure.traversal import PLACES, spread_chart

TOLD = {"x": "right", "y": "down", "scale": "size"}
_UNITS = {"x": "of width", "y": "of width", "scale": "of area"}


def betas_report(study: BetaStudy, sheets: dict[str, Tensor], made_with: dict[str, Cell]) -> Report:
    """sheets: factor name -> images float32 [B * 11, 3, R, R], a row per beta of the first seed."""
    facts = [
        Fact(
            f"Spearman of beta and sd, {factor}",
            _written(study.correlation(factor)),
            "by seed: " + ", ".join(_written(r) for r in study.correlations_by_seed(factor).values()),
        )
        for factor in FACTORS
    ]
    sections = [
        Section(
            "Precision",
            "The standard deviation of what is measured when a factor is put at one place, a mean over "
            "eleven places from -5 to 5. Below, the same place by place: a low and flat line is a "
            "factor under control.",
            (*_precision(study), *_by_place(study)),
        ),
        Section(
            "What it costs",
            "Nats that the code tells of a picture, and what the decoder then still misses. A latent near 0 "
            "says nothing; a factor that no latent follows was dropped.",
            (cost_chart(study), _followed(study), _kl(study.ours, "first seed of each beta")),
        ),
        Section(
            "How it looks",
            "One code put at eleven places, a row per beta from the lowest to the highest. Rows of black had "
            "no such line.",
            tuple(_sheet(factor, images) for factor, images in sheets.items()),
        ),
    ]
    if study.public:
        sections.append(_public(study))
    lead = (
        f"Convolutional VAEs of white sprites with beta {', '.join(f'{b:g}' for b in study.betas)}, the same "
        "network and budget, some seeds each, all steered by lines that were found without labels."
    )
    return Report("Precision of control against beta", lead, tuple(facts), tuple(sections), made_with)


def precision_chart(study: BetaStudy, factors: tuple[str, ...]) -> LineChart:
    """Mean sd against beta, its mean over seeds between the lowest and the highest."""
    lines = []
    for factor in factors:
        rows = [(beta, sds) for beta in study.betas if (sds := study.sds(beta, factor))]
        if not rows:
            continue
        band = Band("lowest and highest seed", tuple(min(s) for _, s in rows), tuple(max(s) for _, s in rows))
        middle = tuple(sum(s) / len(s) for _, s in rows)
        lines.append(Line(factor, tuple(b for b, _ in rows), middle, (band,), has_points=True))
    title = f"Precision of {' and '.join(factors)}"
    unit = _UNITS[factors[0]]
    return LineChart(title, Axis("beta", scale="log"), Axis("mean sd", unit, low=0.0), tuple(lines))


def _precision(study: BetaStudy) -> tuple[Chart, ...]:
    charts = (precision_chart(study, factors) for factors in (("x", "y"), ("scale",)))
    return tuple(chart for chart in charts if chart.lines)


def cost_chart(study: BetaStudy) -> LineChart:
    """KL and what is missed against beta, means over seeds."""
    table = study.table()
    columns = {name: [row[table.columns.index(name)] for row in table.rows] for name in ("KL", "missed")}
    names = {"KL": "told (KL)", "missed": "missed"}
    lines = tuple(
        Line(names[name], study.betas, tuple(float(str(v)) for v in values), has_points=True)
        for name, values in columns.items()
    )
    return LineChart(
        "Told and missed", Axis("beta", scale="log"), Axis("per picture", "nats", low=0.0), lines
    )


def _by_place(study: BetaStudy) -> tuple[Chart, ...]:
    charts: list[Chart] = []
    for factor in FACTORS:
        found = {
            f"beta {vae.beta:g}": traversal
            for vae in _firsts(study.ours)
            if (traversal := vae.factors[factor].traversal) is not None and vae.mean_sd(factor) is not None
        }
        if found:
            charts.append(spread_chart(f"Spread of {factor} by place", found, "first seed of each beta"))
    return tuple(charts)


def _firsts(vaes: tuple[SteeredVAE, ...]) -> list[SteeredVAE]:
    """The first seed of every beta, by beta."""
    first: dict[float, SteeredVAE] = {}
    for vae in vaes:
        first.setdefault(vae.beta, vae)
    return [first[beta] for beta in sorted(first)]


def _kl(vaes: tuple[SteeredVAE, ...], note: str) -> BarChart:
    return kl_chart("KL by latent", {f"beta {vae.beta:g}": vae.use for vae in _firsts(vaes)}, note)


def _followed(study: BetaStudy) -> BarChart:
    series = {
        f"beta {vae.beta:g}": tuple(vae.use.followed.get(name) or 0.0 for name in FACTORS)
        for vae in _firsts(study.ours)
    }
    axis = Axis("share of its variance in the code", low=0.0, high=1.0)
    return BarChart("Factors the code follows", axis, tuple(FACTORS), series, "first seed of each beta")


def _sheet(factor: str, images: Tensor) -> Pictures:
    title = f"{factor.capitalize()} ({TOLD[factor]})"
    return picture_sheet(title, "places -5 to 5", images, len(PLACES))


def _public(study: BetaStudy) -> Section:
    names = tuple(vae.name for vae in study.public)
    charts: list[Chart] = [
        BarChart(
            f"Precision of {factor}",
            Axis("mean sd", _UNITS[factor], low=0.0),
            names,
            {"mean sd": tuple(vae.mean_sd(factor) or 0.0 for vae in study.public)},
            "0: no such line was found" if any(v.mean_sd(factor) is None for v in study.public) else "",
        )
        for factor in FACTORS
    ]
    uses = {vae.name: vae.use for vae in study.public}
    return Section(
        "Public VAEs",
        "Networks of disentangling-vae, trained by others on the published sprites: the plain VAE, beta-VAE "
        "(4) and beta-TCVAE (6.4), steered and measured in the same way.",
        (*charts, kl_chart("KL by latent", uses)),
    )


def _written(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"

#include "desktop/ui/pages/stress_panel.hpp"

#include <QBoxLayout>
#include <QBuffer>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QTimer>

#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/stress/report/stress_compare.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/pages/stress_controls.hpp"
#include "desktop/ui/pages/stress_view.hpp"
#include "desktop/ui/report_pdf.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/question.hpp"
#include "desktop/ui/widgets/save_file.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int wide_from = 760;
/// The first word of a board may be of a moment at which it had not yet counted this app's own stream.
constexpr int words_wanted = 2;

/// 30 Nov 21:40:11 · rate · 48 × 5 s
QString runText(const StressReport& report) {
    return QStringLiteral("%1 · %2 · %3 × %4 s")
        .arg(report.started.isValid() ? clockText(report.started) : StressPanel::tr("at an unknown time"),
             stressModeName(report.options.mode))
        .arg(report.options.connections)
        .arg(report.durationS, 0, 'f', 0);
}

/// `p99 12.3 → 14.1 ms`: the compared one first, because it was before.
QString comparedText(const StressReport& now, const StressReport& then) {
    const auto part = [](const QString& name, std::optional<double> before, std::optional<double> after) {
        if (!before || !after || *before <= 0) return QString();
        const double change = (*after - *before) / *before * 100;
        return QStringLiteral("%1 %2%3 %")
            .arg(name, change >= 0 ? QStringLiteral("+") : QStringLiteral("−"))
            .arg(std::abs(change), 0, 'f', 1);
    };
    const auto perS = [](const StressReport& each) {
        return each.durationS > 0 ? std::optional(double(each.requests.ok) / each.durationS) : std::nullopt;
    };
    const auto p = [](const StressReport& each, double percent) {
        return each.latency.count() > 0 ? std::optional(each.latency.percentile(percent)) : std::nullopt;
    };
    QStringList parts{part(StressPanel::tr("requests/s"), perS(then), perS(now)),
                      part(StressPanel::tr("p50"), p(then, 50), p(now, 50)),
                      part(StressPanel::tr("p99"), p(then, 99), p(now, 99))};
    parts.removeAll(QString());
    if (now.options.mode != then.options.mode || now.options.connections != then.options.connections)
        parts << StressPanel::tr("the two differ in how they were made");
    return StressPanel::tr("Compared with %1 (the smaller figures, the dashed lines): %2")
        .arg(runText(then),
             parts.isEmpty() ? StressPanel::tr("nothing to compare") : parts.join(QStringLiteral(" · ")));
}

}  // namespace

StressPanel::StressPanel(const QUrl& board, const StressStore& store, QWidget* parent)
    : QWidget(parent),
      m_board(board),
      m_store(store),
      m_controls(new StressControls),
      m_view(new StressView),
      m_about(new Label),
      m_runs(new QComboBox),
      m_against(new QComboBox),
      m_export(new QPushButton(tr("E&xport"))),
      m_mark(new Label),
      m_verdict(new Label),
      m_note(new Label) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);  // the scroll bar needs room beside the cards
    layout->setSpacing(6);
    layout->addWidget(m_controls);
    layout->addWidget(makeRuns());
    layout->addWidget(makeVerdict());
    layout->addWidget(m_view, 1);
    connect(&m_run, &StressRun::progress, this, &StressPanel::showProgress);
    connect(&m_run, &StressRun::finished, this, &StressPanel::onFinished);
    connect(m_controls, &StressControls::pressed, this, &StressPanel::toggle);
    const auto tellMode = [this] { m_about->setText(stressModeAbout(m_controls->mode())); };
    connect(m_controls, &StressControls::modeChanged, this, tellMode);
    tellMode();
    auto* stop_key = new QShortcut(Qt::Key_Escape, this);
    connect(stop_key, &QShortcut::activated, &m_run, &StressRun::stop);
    say(tr("Opens many connections to this board at once and shows how it takes them."), {}, "muted");
    showRunning(false);
}

QWidget* StressPanel::makeRuns() {
    m_about->setObjectName(QStringLiteral("muted"));
    m_about->setFont(Theme::small(font()));
    m_about->setWordWrap(true);
    m_runs->setAccessibleName(tr("Earlier tests of this board"));
    m_against->setAccessibleName(tr("Compared with"));
    for (QComboBox* box : {m_runs, m_against}) {
        box->setMinimumContentsLength(18);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumHeight(m_export->sizeHint().height());
        connect(box, &QComboBox::activated, this, &StressPanel::showChosen);
    }
    auto* menu = new QMenu(m_export);
    menu->addAction(tr("&HTML page…"), this, [this] { save(Html); });
    menu->addAction(tr("&PDF…"), this, [this] { save(Pdf); });
    menu->addAction(tr("&CSV, a row a second…"), this, [this] { save(Csv); });
    menu->addAction(tr("&JSON…"), this, [this] { save(Json); });
    m_export->setMenu(menu);
    auto* row = new QWidget;
    m_row = new QHBoxLayout(row);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_row->addWidget(m_about, 1);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(8);
    for (QWidget* each : std::initializer_list<QWidget*>{m_runs, m_against, m_export})
        choices->addWidget(each);
    m_row->addLayout(choices);
    return row;
}

void StressPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool wide = width() >= wide_from;
    m_row->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    for (QComboBox* box : {m_runs, m_against})
        box->setMinimumContentsLength(wide ? 18 : 8);
}

QWidget* StressPanel::makeVerdict() {
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_mark->setFont(large);
    m_verdict->setFont(large);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note->setObjectName(QStringLiteral("muted"));
    m_note->setWordWrap(true);
    m_note->hide();
    auto* box = new QWidget;
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_mark, 0, Qt::AlignTop);
    line->addWidget(m_verdict, 1);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(line);
    layout->addWidget(m_note);
    return box;
}

/// The mark is a sign as well as a colour.
void StressPanel::say(const QString& verdict, const QString& mark, const char* level) {
    m_verdict->setText(verdict);
    m_mark->setText(mark);
    m_mark->setVisible(!mark.isEmpty());
    m_mark->setObjectName(QLatin1String(level));
    m_mark->setStyleSheet(m_mark->styleSheet());  // it is looked up by the name, which has changed
}

void StressPanel::start() {
    if (!m_run.isRunning()) toggle();
}

void StressPanel::startWhenKnown() {
    m_startAfter = words_wanted;
    QTimer::singleShot(known_ms_max, this, [this] {
        if (std::exchange(m_startAfter, 0) > 0) start();
    });
}

void StressPanel::setOthers(int others, const QStringList& from) {
    m_others = others;
    m_from = from;
    // Later: it may ask, and this is called by what the board has just said.
    if (m_startAfter == 0) return;
    --m_startAfter;
    if (m_startAfter == 0) QTimer::singleShot(0, this, &StressPanel::start);
}

bool StressPanel::mayStart() {
    if (m_others <= 0) return true;
    return ask(this, tr("This board is in use"),
               tr("Other live connections to this board, besides this one: %1.").arg(m_others),
               (m_from.isEmpty() ? QString()
                                 : tr("Connected are: %1.").arg(m_from.join(QStringLiteral(", "))) + u'\n') +
                   tr("A test takes the slots that they need, too."),
               tr("&Stress it anyway"), true);
}

void StressPanel::toggle() {
    if (m_run.isRunning()) {
        m_run.stop();
        return;
    }
    StressOptions options = m_controls->options();
    options.credential = m_credential;
    options.url = BoardRequests::resolved(m_board, QString::fromLatin1(options.defaultTarget()));
    options.below = BoardRequests::resolved(m_board, QStringLiteral("/")).path(QUrl::FullyEncoded).toLatin1();
    while (options.below.endsWith('/'))
        options.below.chop(1);
    if (const QString problem = options.problem(); !problem.isEmpty()) return say(problem, {}, "muted");
    if (!mayStart() || m_run.isRunning()) return;
    m_view->begin(double(options.durationMs) / 1000);
    m_against->setCurrentIndex(0);
    say(tr("Running…"), {}, "muted");
    m_note->hide();
    showRunning(m_run.start(options));
}

void StressPanel::showRunning(bool running) {
    m_controls->setRunning(running);
    m_runs->setVisible(!m_kept.isEmpty());
    m_against->setVisible(m_kept.size() > 1);
    for (QWidget* each : std::initializer_list<QWidget*>{m_runs, m_against})
        each->setEnabled(!running);
    m_export->setEnabled(!running && m_report.started.isValid());
    Q_EMIT runningChanged(running);
}

void StressPanel::showProgress(const StressSnapshot& snapshot) {
    m_view->show(snapshot);
    const QLocale locale;
    say(tr("Running: %1 of %2 s, %3 requests, %4 failed")
            .arg(snapshot.elapsedS, 0, 'f', 1)
            .arg(snapshot.durationS, 0, 'f', 0)
            .arg(locale.toString(snapshot.requests.sent), locale.toString(snapshot.requests.failed)),
        {}, "muted");
}

void StressPanel::setId(const QString& id) {
    if (id == m_id) return;
    m_id = id;
    m_runsKnown = false;
    if (isVisible()) showRuns();
}

void StressPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_runsKnown) showRuns();
}

/// Reads what is kept; of a page that shows nothing yet, the last test is shown.
void StressPanel::showRuns() {
    m_runsKnown = true;
    m_kept = m_store.runs(StressStore::keyOf(m_id, m_board));
    m_runs->clear();
    m_against->clear();
    m_against->addItem(tr("Compare with…"));
    for (const StressStore::Kept& each : m_kept) {
        m_runs->addItem(runText(each.report));
        m_against->addItem(runText(each.report));
    }
    if (m_run.isRunning() || m_unkept) return;
    if (!m_kept.isEmpty()) showReport(m_kept.first().report);
    showRunning(false);
}

void StressPanel::showChosen() {
    if (const int index = m_runs->currentIndex(); index >= 0) showReport(m_kept.at(index).report);
}

void StressPanel::onFinished(const StressReport& report) {
    QString error;
    m_unkept = m_store.keep(StressStore::keyOf(m_id, m_board), report, error).isEmpty();
    m_report = report;
    showRuns();
    if (m_unkept) {
        showReport(report);
        m_note->setText(error);
        m_note->show();
    }
    showRunning(false);
}

void StressPanel::showReport(const StressReport& report) {
    m_report = report;
    std::optional<StressReport> other;
    if (const int index = m_against->currentIndex() - 1; index >= 0) other = m_kept.at(index).report;
    m_view->show(report, other);
    say(report.verdict(), report.good() ? QStringLiteral("✓") : QStringLiteral("✕"),
        report.good() ? "good" : "error");
    m_note->setVisible(other.has_value());
    if (other) m_note->setText(comparedText(report, *other));
    m_export->setEnabled(true);
}

void StressPanel::save(Format format) {
    const auto as = [&](const char* suffix, const std::function<QByteArray()>& text) {
        saveFile(this, tr("Export the report"), QStringLiteral("boardwalk-stress.") + QLatin1String(suffix),
                 text);
    };
    switch (format) {
        case Html: return as("html", [this] { return m_report.toHtml(); });
        case Csv: return as("csv", [this] { return m_report.toCsv(); });
        case Json: return as("json", [this] { return m_report.toJson(); });
        case Pdf: return as("pdf", [this] { return reportPdf(m_report); });
    }
}

}  // namespace boardwalk::desktop

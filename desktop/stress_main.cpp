#include <unistd.h>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <utility>

#include "desktop/core/end_signals.hpp"
#include "desktop/core/sign_in/given_token.hpp"
#include "desktop/core/stress/engine/stress_run.hpp"
#include "desktop/core/stress/report/stress_compare.hpp"

namespace {

using namespace boardwalk::desktop;

/// What the command line asks for beside the test itself. `error` is one line that names the option.
struct Command {
    StressOptions stress;
    QString jsonFile;
    QString csvFile;
    QString htmlFile;
    QStringList compared;  ///< two files: no test is made
    std::optional<double> p99WorseMax;
    QString error;
    bool help = false;
    bool version = false;
    QString helpText;
};

constexpr qint64 mix_bytes_max = 64 * 1024;
constexpr qint64 report_bytes_max = 64LL * 1024 * 1024;

constexpr auto description =
    "Opens many connections to a board and shows how it copes.\n"
    "\n"
    "Besides, the board is asked once a second, on a connection more, what it says of itself.\n"
    "Without --rate each connection sends its next request as soon as it has the last answer. With --rate\n"
    "requests fall due on a clock, and each is timed from when it was due, so that a stall is not hidden.\n"
    "A request is repeated once, on a fresh connection, when the board closed, reset or refused the first;\n"
    "an idle connection that the board closed is no failure. Every request that was sent is waited for, so\n"
    "the test may take up to 15 s longer than --duration.\n"
    "\n"
    "boardwalk-stress compare A B [--max-p99-worse 10%] compares two files of --json or --csv, and ends with "
    "1\n"
    "when B is worse: beyond the limit, or more of its requests failed.\n"
    "\n"
    "Durations: 500ms, 10s, 2m. --csv writes one row a second: second, answered, failed, p50_ms, p99_ms,\n"
    "max_ms, open_connections, and what the board says of the second. Exit status: 0 every request was "
    "answered; 1 one was not (or got a status of\n"
    "500 or above); 2 bad options.";

void fail(Command& command, const QString& what) {
    if (command.error.isEmpty()) command.error = what;
}

/// A whole number of an option, from 1 to `most`.
int readNumber(const QCommandLineParser& parser, const QString& option, int most, Command& command) {
    bool number = false;
    const QString text = parser.value(option);
    const int value = text.toInt(&number);
    if (!number || value < 1 || value > most)
        fail(command, QStringLiteral("--%1 %2: must be a number from 1 to %3").arg(option, text).arg(most));
    return value;
}

void readMix(const QString& name, Command& command) {
    QFile file(name);
    QString error;
    if (!file.open(QIODevice::ReadOnly)) error = file.errorString();
    else command.stress.mix = parseStressMix(file.read(mix_bytes_max), error);
    if (!error.isEmpty()) fail(command, QStringLiteral("--mix %1: %2").arg(name, error));
}

/// --hold, --silent, --browser, --slow and --mix; --rate has been read.
void readMode(const QCommandLineParser& parser, Command& command) {
    StressOptions& stress = command.stress;
    const std::initializer_list<std::pair<const char*, StressMode>> modes{{"hold", StressMode::Hold},
                                                                          {"silent", StressMode::Silent},
                                                                          {"browser", StressMode::Browser},
                                                                          {"slow", StressMode::Slow}};
    QString chosen = stress.mode == StressMode::Rate ? QStringLiteral("rate") : QString();
    for (const auto& [name, mode] : modes) {
        const QString option = QString::fromLatin1(name);
        if (!parser.isSet(option)) continue;
        if (!chosen.isEmpty()) fail(command, QStringLiteral("--%1: not with --%2").arg(option, chosen));
        chosen = option;
        stress.mode = mode;
    }
    if (stress.mode == StressMode::Browser) {
        if (parser.isSet(QStringLiteral("connections")))
            fail(command, QStringLiteral("--connections: each browser has six; not with --browser"));
        stress.connections =
            StressOptions::connectionsPerBrowser *
            readNumber(parser, QStringLiteral("browser"), StressOptions::browsersMax, command);
    }
    if (stress.mode == StressMode::Slow)
        stress.slowBytesPerS =
            readNumber(parser, QStringLiteral("slow"), StressOptions::slowBytesPerSMax, command);
    if (!parser.isSet(QStringLiteral("mix"))) return;
    if (!chosen.isEmpty() && stress.mode != StressMode::Rate)
        fail(command, QStringLiteral("--mix: not with --%1").arg(chosen));
    readMix(parser.value(QStringLiteral("mix")), command);
}

/// --token-file, else BOARDWALK_TOKEN: a command line can be read by every user of a computer.
void readToken(const QCommandLineParser& parser, Command& command) {
    const QString option = QStringLiteral("token-file");
    const GivenToken given =
        parser.isSet(option) ? readTokenFile(parser.value(option)) : tokenOfEnvironment();
    command.stress.credential.token = given.token;
    if (!given.problem.isEmpty())
        fail(command, (parser.isSet(option) ? QStringLiteral("--token-file ") : QString()) + given.problem);
}

void readOptions(const QCommandLineParser& parser, Command& command) {
    const auto fail = [&](const QString& what) {
        if (command.error.isEmpty()) command.error = what;
    };
    StressOptions& stress = command.stress;
    bool number = false;
    const QString connections = parser.value(QStringLiteral("connections"));
    stress.connections = connections.toInt(&number);
    if (!number || stress.connections < 1 || stress.connections > StressOptions::connectionsMax)
        fail(QStringLiteral("--connections %1: must be a number from 1 to %2")
                 .arg(connections)
                 .arg(StressOptions::connectionsMax));
    const QString duration = parser.value(QStringLiteral("duration"));
    stress.durationMs = parseDurationMs(duration);
    if (stress.durationMs < 1 || stress.durationMs > StressOptions::durationMsMax)
        fail(QStringLiteral("--duration %1: must be a time such as 500ms, 10s or 2m, at most 1440m")
                 .arg(duration));
    if (parser.isSet(QStringLiteral("rate"))) {
        const QString rate = parser.value(QStringLiteral("rate"));
        stress.mode = StressMode::Rate;
        stress.ratePerS = rate.toDouble(&number);
        if (!number || !(stress.ratePerS > 0) || stress.ratePerS > StressOptions::rateMax)
            fail(QStringLiteral("--rate %1: must be requests a second, above 0 and at most %2")
                     .arg(rate)
                     .arg(StressOptions::rateMax, 0, 'f', 0));
    }
    readToken(parser, command);
    readMode(parser, command);
    command.jsonFile = parser.value(QStringLiteral("json"));
    command.csvFile = parser.value(QStringLiteral("csv"));
    if (parser.isSet(QStringLiteral("json")) && command.jsonFile.isEmpty())
        fail(QStringLiteral("--json needs a file or -"));
    if (parser.isSet(QStringLiteral("csv")) && command.csvFile.isEmpty())
        fail(QStringLiteral("--csv needs a file or -"));
    command.htmlFile = parser.value(QStringLiteral("html"));
    if (parser.isSet(QStringLiteral("html")) && command.htmlFile.isEmpty())
        fail(QStringLiteral("--html needs a file or -"));
    if (command.jsonFile == u"-" && command.csvFile == u"-")
        fail(QStringLiteral("--csv -: the report of --json - goes there already"));
    if (command.htmlFile == u"-" && (command.jsonFile == u"-" || command.csvFile == u"-"))
        fail(QStringLiteral("--html -: another report goes there already"));

    const QStringList urls = parser.positionalArguments();
    if (urls.size() != 1) {
        fail(urls.isEmpty() ? QStringLiteral("URL is missing: boardwalk-stress http://192.0.2.7/")
                            : QStringLiteral("one URL, not also '%1'").arg(urls[1]));
        return;
    }
    QString error;
    stress.url = parseStressUrl(urls.first(), error);
    if (!error.isEmpty()) fail(QStringLiteral("URL ") + error);
}

/// compare A B [--max-p99-worse PERCENT]
void readCompare(const QCommandLineParser& parser, Command& command) {
    command.compared = parser.positionalArguments().mid(1);
    if (command.compared.size() != 2)
        fail(command, QStringLiteral("compare takes two files, A and B, of --json or --csv"));
    for (const QString& option : parser.optionNames())
        if (option != u"max-p99-worse") fail(command, QStringLiteral("--%1: not with compare").arg(option));
    const QString percent = parser.value(QStringLiteral("max-p99-worse"));
    if (!parser.isSet(QStringLiteral("max-p99-worse"))) return;
    command.p99WorseMax = parsePercent(percent);
    if (!command.p99WorseMax)
        fail(command, QStringLiteral("--max-p99-worse %1: must be a percentage such as 10%").arg(percent));
}

Command readCommand(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QLatin1String(description));
    parser.addOptions({
        {QStringLiteral("connections"), QStringLiteral("How many to open, 1 to 512 (default 32)."),
         QStringLiteral("N"), QStringLiteral("32")},
        {QStringLiteral("duration"), QStringLiteral("How long (default 10s)."), QStringLiteral("TIME"),
         QStringLiteral("10s")},
        {QStringLiteral("rate"), QStringLiteral("Requests a second over all connections."),
         QStringLiteral("R")},
        {QStringLiteral("hold"), QStringLiteral("One request each, then idle: see which connections stay.")},
        {QStringLiteral("silent"), QStringLiteral("Open the connections and send nothing.")},
        {QStringLiteral("browser"),
         QStringLiteral("N browsers of six connections: page, its files, API and stream, again and again."),
         QStringLiteral("N")},
        {QStringLiteral("slow"),
         QStringLiteral("Half of the connections read, half send, at so many bytes a second."),
         QStringLiteral("BYTES_PER_S")},
        {QStringLiteral("mix"),
         QStringLiteral("What is asked, as a file of lines WEIGHT TARGET, such as: 7 /api/v1/state"),
         QStringLiteral("FILE")},
        {QStringLiteral("json"), QStringLiteral("Write the report as JSON; - is stdout."),
         QStringLiteral("FILE|-")},
        {QStringLiteral("csv"), QStringLiteral("Write one row a second as CSV; - is stdout."),
         QStringLiteral("FILE|-")},
        {QStringLiteral("html"),
         QStringLiteral("Write the report as one HTML page that needs no network; - is stdout."),
         QStringLiteral("FILE|-")},
        {QStringLiteral("token-file"),
         QStringLiteral(
             "Show the token in this file to the board (without it: BOARDWALK_TOKEN). It is in no report."),
         QStringLiteral("FILE")},
        {QStringLiteral("max-p99-worse"),
         QStringLiteral("With compare: how much longer the p99 of B may be, such as 10%."),
         QStringLiteral("PERCENT")},
        {QStringLiteral("version"), QStringLiteral("Print the version and exit.")},
        {QStringLiteral("help"), QStringLiteral("Print this and exit.")},
    });
    parser.addPositionalArgument(
        QStringLiteral("URL"),
        QStringLiteral(
            "The board; its path is what is asked for, /api/v1/state when it has none or is just /."));
    Command command;
    const bool parsed = parser.parse(arguments);
    command.help = parser.isSet(QStringLiteral("help"));
    command.version = parser.isSet(QStringLiteral("version"));
    command.helpText = parser.helpText();
    if (!parsed) command.error = parser.errorText().section(QLatin1Char('\n'), 0, 0);
    else if (command.help || command.version) return command;
    else if (parser.positionalArguments().value(0) == u"compare") readCompare(parser, command);
    else readOptions(parser, command);
    return command;
}

/// Exit status 0 when B is not worse, 1 when it is, 2 when one cannot be read.
int compareFiles(const Command& command) {
    std::vector<RunFigures> runs;
    for (const QString& name : command.compared) {
        QFile file(name);
        QString error;
        std::optional<RunFigures> figures;
        if (!file.open(QIODevice::ReadOnly)) error = file.errorString();
        else figures = readRunFigures(file.read(report_bytes_max), error);
        if (!figures) {
            std::fprintf(stderr, "boardwalk-stress: %s: %s\n", qPrintable(name), qPrintable(error));
            return 2;
        }
        runs.push_back(*figures);
    }
    const RunComparison made = compareRuns(runs[0], runs[1], command.p99WorseMax);
    std::fputs(made.text.toLocal8Bit().constData(), stdout);
    return made.worse ? 1 : 0;
}

bool openOutput(QFile& file, const QString& name) {
    if (name == u"-") return file.open(stdout, QIODevice::WriteOnly);
    file.setFileName(name);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate);
}

/// One line that is rewritten on a terminal, one a second elsewhere.
void showProgress(const StressSnapshot& shot) {
    static const bool terminal = isatty(STDERR_FILENO) == 1;
    static int shown = 0;
    if (!terminal && static_cast<int>(shot.elapsedS) <= shown) return;
    shown = static_cast<int>(shot.elapsedS);
    const QByteArray line = QStringLiteral("%1/%2 s  %3 answered  %4/s  %5 failed  %6 open  p99 %7 ms")
                                .arg(shot.elapsedS, 0, 'f', terminal ? 1 : 0)
                                .arg(shot.durationS, 0, 'f', 1)
                                .arg(shot.requests.ok)
                                .arg(shot.requestsPerS, 0, 'f', 0)
                                .arg(shot.requests.failed)
                                .arg(shot.openNow)
                                .arg(shot.latency.percentile(99), 0, 'f', 1)
                                .toLocal8Bit();
    std::fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", line.constData());
    std::fflush(stderr);
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("boardwalk-stress"));
    const auto refuse = [](const QString& what) {
        std::fprintf(stderr, "boardwalk-stress: %s\n", qPrintable(what));
        return 2;
    };
    const Command command = readCommand(app.arguments());
    if (!command.error.isEmpty()) return refuse(command.error);
    if (command.help || command.version) {
        std::printf("%s",
                    command.help ? qPrintable(command.helpText) : "boardwalk-stress " BOARDWALK_VERSION "\n");
        return 0;
    }
    if (!command.compared.isEmpty()) return compareFiles(command);
    // Opened before the test: ten minutes must not end in a report that cannot be written.
    QFile json;
    QFile csv;
    QFile html;
    if (!command.jsonFile.isEmpty() && !openOutput(json, command.jsonFile))
        return refuse(QStringLiteral("--json %1: %2").arg(command.jsonFile, json.errorString()));
    if (!command.csvFile.isEmpty() && !openOutput(csv, command.csvFile))
        return refuse(QStringLiteral("--csv %1: %2").arg(command.csvFile, csv.errorString()));
    if (!command.htmlFile.isEmpty() && !openOutput(html, command.htmlFile))
        return refuse(QStringLiteral("--html %1: %2").arg(command.htmlFile, html.errorString()));

    StressRun run;
    onEndSignal(&run, [&run] { run.stop(); });
    QObject::connect(&run, &StressRun::progress, &app, showProgress);
    QObject::connect(&run, &StressRun::finished, &app, [&](const StressReport& report) {
        if (isatty(STDERR_FILENO) == 1) std::fputs("\r\033[K", stderr);
        const bool written = (!json.isOpen() || (json.write(report.toJson()) > 0 && json.flush())) &&
                             (!csv.isOpen() || (csv.write(report.toCsv()) > 0 && csv.flush())) &&
                             (!html.isOpen() || (html.write(report.toHtml()) > 0 && html.flush()));
        const bool machineReads =
            command.jsonFile == u"-" || command.csvFile == u"-" || command.htmlFile == u"-";
        std::fputs(report.toText().toLocal8Bit().constData(), machineReads ? stderr : stdout);
        if (!written) std::fputs("boardwalk-stress: the report could not be written\n", stderr);
        QCoreApplication::exit(report.good() && written ? 0 : 1);
    });
    StressOptions options = command.stress;
    options.watchBoard = true;
    run.start(options);
    return QCoreApplication::exec();
}

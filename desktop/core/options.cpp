#include "desktop/core/options.hpp"

#include <QStandardPaths>
#include <initializer_list>
#include <utility>

#include "desktop/core/list/board_address.hpp"

namespace boardwalk::desktop {

namespace {

QUrl readUrl(const QString& option, const QString& value, Options& options) {
    const BoardAddress address = parseBoardAddress(value);
    if (!address.ok()) options.error = QStringLiteral("%1 %2: %3").arg(option, value, address.error);
    return address.url;
}

template <class Value>
void readChoice(const QString& option, const QString& value,
                std::initializer_list<std::pair<const char*, Value>> all, Value& into, Options& options) {
    QStringList names;
    for (const auto& [name, choice] : all) {
        if (value == QLatin1String(name)) {
            into = choice;
            return;
        }
        names += QLatin1String(name);
    }
    options.error =
        QStringLiteral("%1 takes one of %2, not '%3'").arg(option, names.join(QStringLiteral(", ")), value);
}

bool takesValue(const QString& option) {
    static const QStringList all{QStringLiteral("--board"), QStringLiteral("--stress"),
                                 QStringLiteral("--discovery"), QStringLiteral("--theme"),
                                 QStringLiteral("--data-dir")};
    return all.contains(option);
}

void readValued(const QString& option, const QString& value, Options& options) {
    if (value.isEmpty()) {
        options.error = option + QStringLiteral(" needs a value");
    } else if (option == u"--board") {
        options.boards.append(readUrl(option, value, options));
    } else if (option == u"--stress") {
        options.stress = readUrl(option, value, options);
    } else if (option == u"--discovery") {
        readChoice<DiscoveryMode>(
            option, value,
            {{"off", DiscoveryMode::Off}, {"loopback", DiscoveryMode::Loopback}, {"lan", DiscoveryMode::Lan}},
            options.discovery, options);
    } else if (option == u"--theme") {
        options.themeGiven = true;
        readChoice<ThemeChoice>(
            option, value,
            {{"light", ThemeChoice::Light}, {"dark", ThemeChoice::Dark}, {"system", ThemeChoice::System}},
            options.theme, options);
    } else {
        options.dataDir = value;
    }
}

bool readFlag(const QString& option, Options& options) {
    if (option == u"--list") return options.list = true;
    if (option == u"--json") return options.json = true;
    if (option == u"--version") return options.version = true;
    if (option == u"--help" || option == u"-h") return options.help = true;
    return false;
}

}  // namespace

Options parseOptions(const QStringList& arguments) {
    Options options;
    for (qsizetype i = 1; i < arguments.size() && options.error.isEmpty(); ++i) {
        const QString& argument = arguments[i];
        const qsizetype equals = argument.indexOf(u'=');
        const QString option = argument.left(equals);  // all of it when there is no '='
        if (takesValue(option)) {
            const bool next = equals < 0 && i + 1 < arguments.size();
            readValued(option,
                       equals >= 0 ? argument.mid(equals + 1)
                       : next      ? arguments[++i]
                                   : QString(),
                       options);
        } else if (!readFlag(argument, options)) {
            options.error = QStringLiteral("unknown option %1").arg(argument);
        }
    }
    if (options.error.isEmpty() && options.json && !options.list)
        options.error = QStringLiteral("--json belongs to --list");
    if (options.dataDir.isEmpty())
        options.dataDir = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return options;
}

QString helpText() {
    return QStringLiteral(
        "Usage: boardwalk [options]\n"
        "Finds, shows, controls and stresses Boardwalk boards.\n"
        "\n"
        "  --board URL                  open with this board; may be given several times\n"
        "  --list                       print NAME<TAB>URL<TAB>online|offline for each board that is known\n"
        "                               or found within 3 s, and exit; needs no display\n"
        "  --json                       with --list: an object a line, with id, firmware and model, too\n"
        "  --stress URL                 start a stress test of this board; asks first when others use it\n"
        "  --discovery off|loopback|lan where to look for boards (default: lan)\n"
        "  --data-dir DIR               where the list of boards and the settings are kept\n"
        "  --theme light|dark|system    colours (default: system)\n"
        "  --version                    print the version and exit\n"
        "  --help                       print this and exit\n");
}

}  // namespace boardwalk::desktop

#include "desktop/core/options.hpp"

#include <QStandardPaths>
#include <initializer_list>
#include <utility>

#include "desktop/core/list/board_address.hpp"
#include "desktop/core/sign_in/given_token.hpp"
#include "desktop/core/sign_in/owner_api.hpp"

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
    static const QStringList all{QStringLiteral("--board"),          QStringLiteral("--stress"),
                                 QStringLiteral("--discovery"),      QStringLiteral("--theme"),
                                 QStringLiteral("--data-dir"),       QStringLiteral("--token-file"),
                                 QStringLiteral("--claim-code-file")};
    return all.contains(option);
}

void takeTokenFile(const QString& file, Options& options) {
    const GivenToken given = readTokenFile(file);
    options.token = given.token;
    if (!given.problem.isEmpty()) options.error = QStringLiteral("--token-file ") + given.problem;
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
    } else if (option == u"--token-file") {
        takeTokenFile(value, options);
    } else if (option == u"--claim-code-file") {
        options.claimCodeFile = value;
    } else {
        options.dataDir = value;
    }
}

/// Options of `claim` and `token`. False for one that the command does not know.
bool readOfCommand(const QString& option, const QString& value, Options& options) {
    const bool claims = options.command == OwnerCommand::Claim;
    if (claims && option == u"--code-file") options.codeFile = value;
    else if (!claims && option == u"--name") options.tokenName = value;
    else if (!claims && option == u"--role") options.tokenRole = value;
    else if (!claims && option == u"--token-file") takeTokenFile(value, options);
    else if (option == u"--user") options.user = value.normalized(QString::NormalizationForm_C);
    else return false;
    if (value.isEmpty()) options.error = option + QStringLiteral(" needs a value");
    return true;
}

void checkCommand(Options& options) {
    const QString name =
        options.command == OwnerCommand::Claim ? QStringLiteral("claim") : QStringLiteral("token");
    if (options.url.isEmpty()) options.error = name + QStringLiteral(" needs the URL of a board");
    else if (options.command == OwnerCommand::Claim && options.codeFile.isEmpty())
        options.error = QStringLiteral("claim needs --code-file FILE, where the board's set-up code stands");
    else if (options.command == OwnerCommand::Token && options.tokenName.isEmpty())
        options.error = QStringLiteral("token needs --name NAME, by which the board lists it");
    else if (options.command == OwnerCommand::Token && roleOf(options.tokenRole) == Role::None)
        options.error =
            QStringLiteral("token needs --role viewer, operator or owner, not '%1'").arg(options.tokenRole);
}

/// `claim URL …` and `token URL …`.
Options parseCommand(const QStringList& arguments, OwnerCommand command) {
    Options options;
    options.command = command;
    for (qsizetype i = 2; i < arguments.size() && options.error.isEmpty(); ++i) {
        const QString& argument = arguments[i];
        const qsizetype equals = argument.indexOf(u'=');
        const QString option = argument.left(equals);
        if (option == u"--help" || option == u"-h") {
            options.help = true;
        } else if (argument.startsWith(u"--")) {
            const QString value = equals >= 0 ? argument.mid(equals + 1) : arguments.value(++i);
            if (!readOfCommand(option, value, options))
                options.error = QStringLiteral("unknown option %1").arg(option);
        } else if (options.url.isEmpty()) {
            options.url = readUrl(QStringLiteral("URL"), argument, options);
        } else {
            options.error = QStringLiteral("one URL, not also '%1'").arg(argument);
        }
    }
    if (options.error.isEmpty() && !options.help) checkCommand(options);
    return options;
}

bool readFlag(const QString& option, Options& options) {
    if (option == u"--list") return options.list = true;
    if (option == u"--json") return options.json = true;
    if (option == u"--version") return options.version = true;
    if (option == u"--help" || option == u"-h") return options.help = true;
    return false;
}

Options withTokenOfEnvironment(Options options) {
    if (!options.error.isEmpty() || !options.token.isEmpty() || options.help) return options;
    const GivenToken given = tokenOfEnvironment();
    options.token = given.token;
    if (!given.problem.isEmpty()) options.error = given.problem;
    return options;
}

}  // namespace

Options parseOptions(const QStringList& arguments) {
    if (arguments.value(1) == u"claim") return parseCommand(arguments, OwnerCommand::Claim);
    if (arguments.value(1) == u"token")
        return withTokenOfEnvironment(parseCommand(arguments, OwnerCommand::Token));
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
    const bool names_board = !options.boards.isEmpty() || options.stress.isValid();
    if (options.error.isEmpty() && !options.token.isEmpty() && !names_board)
        options.error = QStringLiteral(
            "--token-file belongs to --board or --stress: a token is for the boards named there");
    if (options.error.isEmpty() && !options.claimCodeFile.isEmpty() && options.boards.isEmpty())
        options.error = QStringLiteral("--claim-code-file belongs to --board");
    if (options.dataDir.isEmpty())
        options.dataDir = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return withTokenOfEnvironment(options);
}

QString helpText() {
    return QStringLiteral(
        "Usage: boardwalk [options]\n"
        "       boardwalk claim URL --code-file FILE [--user NAME]\n"
        "       boardwalk token URL --name NAME --role ROLE [--user NAME] [--token-file FILE]\n"
        "Finds, shows, controls and stresses Boardwalk boards.\n"
        "\n"
        "  --board URL                  open with this board; may be given several times\n"
        "  --list                       print NAME<TAB>URL<TAB>online|offline for each board that is known\n"
        "                               or found within 3 s, and exit; needs no display\n"
        "  --json                       with --list: an object a line, with id, firmware and model, too\n"
        "  --stress URL                 start a stress test of this board; asks first when others use it\n"
        "  --discovery off|loopback|lan where to look for boards (default: lan)\n"
        "  --data-dir DIR               where the list of boards and the settings are kept\n"
        "  --token-file FILE            show this token to the boards of --board and --stress; without it, "
        "the\n"
        "                               environment's BOARDWALK_TOKEN; it is not kept\n"
        "  --claim-code-file FILE       claim the board of --board, if nobody owns it, with the set-up code "
        "in FILE,\n"
        "                               and show the password that was made for its owner\n"
        "  --theme light|dark|system    colours (default: system)\n"
        "  --version                    print the version and exit\n"
        "  --help                       print this and exit\n"
        "\n"
        "claim makes NAME (owner) the owner of a board that nobody owns. token makes a token with the role "
        "viewer,\n"
        "operator or owner. Neither needs a display. The password is BOARDWALK_PASSWORD, or asked for; token "
        "takes an\n"
        "owner's token instead. The token that was made is printed. Exit status: 0 done; 1 not, and why; 2 "
        "bad options.\n");
}

}  // namespace boardwalk::desktop

#include "desktop/core/sign_in/owner_command.hpp"

#include <utility>

#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/sign_in/setup_code.hpp"
#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

OwnerCommandRun::OwnerCommandRun(const Options& options, const QString& password, QObject* parent)
    : QObject(parent),
      m_options(options),
      m_password(password),
      m_requests(options.url, m_client, m_tracker),
      m_api(m_requests) {}

void OwnerCommandRun::start() {
    if (m_options.command == OwnerCommand::Claim) return claim();
    if (!m_options.token.isEmpty()) {
        m_requests.setCredential({m_options.token, {}});
        return makeToken({});
    }
    m_api.signIn(m_options.user, m_password, [this](const OwnerAnswer& answer) {
        if (!answer.ok()) return end(wordsOf(answer));
        m_requests.setCredential({{}, answer.cookie});
        makeToken(answer.cookie);
    });
}

void OwnerCommandRun::claim() {
    const SetupCode code = readSetupCode(m_options.codeFile);
    if (!code.problem.isEmpty()) return end(code.problem);
    const QByteArray token = desktop::makeToken();
    m_api.claim(code.code, m_options.user, m_password, token, [this, token](const OwnerAnswer& answer) {
        if (!answer.ok()) return end(wordsOf(answer));
        // The session that a claim begins takes one of few places.
        m_requests.setCredential({{}, answer.cookie});
        const QString words = tr("%1 owns the board now; the token is named claim").arg(m_options.user);
        if (answer.cookie.isEmpty()) return end(words, token);
        m_api.endSession([this, words, token](const OwnerAnswer&) { end(words, token); });
    });
}

void OwnerCommandRun::makeToken(const QByteArray& cookie) {
    m_api.addToken(
        m_options.tokenName, roleOf(m_options.tokenRole), {}, [this, cookie](const OwnerAnswer& answer) {
            const QString words =
                answer.ok()
                    ? tr("a token named %1 with the role %2").arg(m_options.tokenName, m_options.tokenRole)
                    : wordsOf(answer);
            if (cookie.isEmpty()) return end(words, answer.token);
            m_api.endSession([this, words, token = answer.token](const OwnerAnswer&) { end(words, token); });
        });
}

QString OwnerCommandRun::wordsOf(const OwnerAnswer& answer) {
    if (answer.code == u"wrong_proof") return tr("the name or the password is not right");
    if (answer.code == u"wrong_code" && answer.tries_left >= 0)
        return tr("this is not the board's set-up code; tries left: %1").arg(answer.tries_left);
    if (answer.retry_after_s >= 0)
        return tr("%1; try again in %2 s").arg(answer.problem).arg(answer.retry_after_s);
    return answer.problem;
}

void OwnerCommandRun::end(const QString& words, const QByteArray& token) {
    m_words = words;
    m_token = token;
    QMetaObject::invokeMethod(this, &OwnerCommandRun::finished, Qt::QueuedConnection);
}

QString claimPasswordProblem(const QString& password) { return passwordFaultText(checkPassword(password)); }

}  // namespace boardwalk::desktop

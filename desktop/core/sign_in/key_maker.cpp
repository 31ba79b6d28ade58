#include "desktop/core/sign_in/key_maker.hpp"

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>
#include <memory>
#include <utility>

namespace boardwalk::desktop {

void KeyMaker::make(const QString& password, const QByteArray& salt, int iterations, Done done) {
    auto promise = std::make_shared<QPromise<ScramKeys>>();
    // A child: one that goes before the keys are there lets go of `done`, which ends the call as cancelled.
    auto* watcher = new QFutureWatcher<ScramKeys>(this);
    connect(watcher, &QFutureWatcherBase::finished, watcher,
            [watcher, done = std::make_shared<Done>(std::move(done))] {
                const ScramKeys keys = watcher->result();
                watcher->deleteLater();
                (*done)({keys});
            });
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, password, salt, iterations] {
        promise->start();
        promise->addResult(deriveScramKeys(password, salt, iterations));
        promise->finish();
    });
}

}  // namespace boardwalk::desktop

// The companion itself with a thousand boards that announce themselves, for ten minutes: what it takes of
// this computer. It runs in a network namespace of its own, where nothing else hears the announcements.

#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QNetworkInterface>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUdpSocket>
#include <QtEndian>
#include <cstring>

#include "desktop/core/discovery/dns_message.hpp"
#include "desktop/core/discovery/service_cache.hpp"
#include "tests/desktop/fleet.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr int boards = 1000;
constexpr int descriptors_max = 1024;  // the usual soft limit
constexpr int threads_max = 4;
constexpr int resident_kb_max = 120 * 1024;
constexpr int ttl_s = 120;

void writeTo(const char* path, const QByteArray& text) {
    QFile file(QString::fromLatin1(path));
    if (file.open(QIODevice::WriteOnly)) file.write(text);
}

/// Before any thread is there. False where this system does not allow it.
bool enterOwnNetwork() {
    const QByteArray uid = QByteArray::number(getuid());
    const QByteArray gid = QByteArray::number(getgid());
    if (uid == "0") {
        if (unshare(CLONE_NEWNET) != 0) return false;
    } else {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
        writeTo("/proc/self/setgroups", "deny");
        writeTo("/proc/self/uid_map", "0 " + uid + " 1");
        writeTo("/proc/self/gid_map", "0 " + gid + " 1");
    }
    const int any = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_MULTICAST;
    const bool up = ioctl(any, SIOCSIFFLAGS, &request) == 0;
    close(any);
    return up;
}

/// Says again and again, as responders do, that the boards of the fleet are there (RFC 6763).
class Announcer : public QObject {
public:
    explicit Announcer(const Fleet& fleet) : m_fleet(fleet) {
        m_socket.bind(QHostAddress(QHostAddress::AnyIPv4), 5353,
                      QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint);
        for (const auto& each : QNetworkInterface::allInterfaces()) {
            if (each.flags().testFlag(QNetworkInterface::IsLoopBack)) m_socket.setMulticastInterface(each);
        }
        connect(&m_timer, &QTimer::timeout, this, [this] {
            for (int i = 0; i < 10; ++i)
                m_socket.writeDatagram(packet(m_next++ % boards), QHostAddress(QStringLiteral("224.0.0.251")),
                                       5353);
        });
        m_timer.start(100);  // all of them every 10 s
    }

private:
    static QByteArray number16(quint16 value) {
        QByteArray bytes(2, 0);
        qToBigEndian(value, bytes.data());
        return bytes;
    }
    static QByteArray record(const dns::Name& name, quint16 type, bool unique, const QByteArray& data) {
        QByteArray ttl(4, 0);
        qToBigEndian(quint32(ttl_s), ttl.data());
        return name + number16(type) + number16(unique ? 0x8001 : 1) + ttl + number16(quint16(data.size())) +
               data;
    }
    [[nodiscard]] QByteArray packet(int board) const {
        const QByteArray address = Fleet::address(board).toLatin1();
        const dns::Name instance = dns::name({address, "_boardwalk", "_tcp", "local"});
        const dns::Name host = dns::name({"boardwalk-" + QByteArray::number(board), "local"});
        QByteArray texts;
        for (const QByteArray& text : {QByteArray("txtvers=1"), "id=" + address, "name=" + address})
            texts += char(text.size()) + text;
        QByteArray bytes(4, 0);
        qToBigEndian(QHostAddress(QString::fromLatin1(address)).toIPv4Address(), bytes.data());
        return QByteArray::fromHex("000084000000000400000000") +
               record(ServiceCache::serviceType(), dns::Ptr, false, instance) +
               record(instance, dns::Srv, true, number16(0) + number16(0) + number16(m_fleet.port()) + host) +
               record(instance, dns::Txt, true, texts) + record(host, dns::A, true, bytes);
    }

    const Fleet& m_fleet;
    QUdpSocket m_socket;
    QTimer m_timer;
    int m_next = 0;
};

/// What the process takes, as the kernel tells it.
struct Taken {
    int threads = 0;
    int descriptors = 0;
    int resident_kb = 0;

    explicit Taken(qint64 pid) {
        const QString process = QStringLiteral("/proc/%1/").arg(pid);
        descriptors = int(QDir(process + QStringLiteral("fd"))
                              .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
                              .size());
        QFile status(process + QStringLiteral("status"));
        if (!status.open(QIODevice::ReadOnly)) return;
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("Threads:")) threads = line.mid(8).trimmed().toInt();
            if (line.startsWith("VmRSS:")) resident_kb = line.mid(6).trimmed().split(' ').first().toInt();
        }
    }
};

}  // namespace

class FleetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aThousandAnnouncedBoardsForTenMinutes() {
        if (qEnvironmentVariableIsSet("BOARDWALK_NO_NETWORK")) QSKIP("no network namespace here");
        const int seconds = qEnvironmentVariableIntValue("BOARDWALK_FLEET_S");
        Fleet fleet;
        const Announcer announcer(fleet);
        const QTemporaryDir data;
        QProcess app;
        app.setProcessChannelMode(QProcess::ForwardedChannels);
        app.setChildProcessModifier([] {
            const rlimit few{descriptors_max, descriptors_max};
            setrlimit(RLIMIT_NOFILE, &few);
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // it goes with this test, whatever ends that
        });
        app.start(qEnvironmentVariable("BOARDWALK_APP"),
                  {"--discovery", "loopback", "--theme", "light", "--data-dir", data.path()});
        QVERIFY(app.waitForStarted());
        QTRY_COMPARE_WITH_TIMEOUT(fleet.asked.size(), boards, 120'000);

        int most_threads = 0;
        int most_descriptors = 0;
        int most_resident_kb = 0;
        for (int second = 0; second < (seconds > 0 ? seconds : 600); ++second) {
            QTest::qWait(1000);
            QCOMPARE(app.state(), QProcess::Running);
            const Taken taken(app.processId());
            most_threads = std::max(most_threads, taken.threads);
            most_descriptors = std::max(most_descriptors, taken.descriptors);
            most_resident_kb = std::max(most_resident_kb, taken.resident_kb);
        }
        const QByteArray words = "threads " + QByteArray::number(most_threads) + ", descriptors " +
                                 QByteArray::number(most_descriptors) + ", resident " +
                                 QByteArray::number(most_resident_kb / 1024) + " MB, connections at once " +
                                 QByteArray::number(fleet.most_open);
        qInfo("%s", words.constData());
        QVERIFY2(most_threads <= threads_max, words);
        QVERIFY2(most_descriptors < 100, words);
        QVERIFY2(most_resident_kb <= resident_kb_max, words);
        QVERIFY2(fleet.most_open <= 64, words);  // 32 calls, and as many that are just closing
        for (const int count : std::as_const(fleet.asked))
            QVERIFY2(count > 1 || seconds > 0, words);  // none is forgotten
        app.terminate();
        QVERIFY(app.waitForFinished());
    }
};

int main(int argc, char** argv) {
    if (!enterOwnNetwork()) qputenv("BOARDWALK_NO_NETWORK", "1");
    qputenv("QTEST_FUNCTION_TIMEOUT", "1500000");  // Qt's own is five minutes
    QCoreApplication application(argc, argv);
    FleetTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fleet.moc"

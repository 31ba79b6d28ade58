// What stands at the lines of an axis.

#include <QLocale>
#include <QSet>
#include <QTest>
#include <cmath>

#include "desktop/ui/charts/plot.hpp"

using namespace boardwalk::desktop;

namespace {

QStringList labels(const ValueAxis& axis) {
    QStringList all;
    const int steps = int(std::lround((axis.high - axis.low) / axis.step));
    for (int i = 0; i <= steps; ++i)
        all << axis.label(axis.low + i * axis.step);
    return all;
}

}  // namespace

class PlotTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }

    void eachLineHasItsOwnLabel_data() {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<QString>("first");
        QTest::newRow("a quiet reading") << 21.05 << 21.45 << "21.0";
        QTest::newRow("a quiet reading of thousands") << 11'998.2 << 12'002.7 << "11,998";
        QTest::newRow("thousands") << 0.0 << 12'000.0 << "0";
        QTest::newRow("halves of thousands") << 10'100.0 << 12'400.0 << "10.0k";
        QTest::newRow("a quiet reading of millions") << 5'000'100.0 << 5'003'900.0 << "5,000k";
        QTest::newRow("millions") << 0.0 << 5e6 << "0";
        QTest::newRow("below nothing") << -0.4 << 0.4 << "-0.4";
    }
    void eachLineHasItsOwnLabel() {
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(QString, first);
        const QStringList all = labels(ValueAxis::around(low, high, 0, 5));
        QVERIFY2(QSet<QString>(all.begin(), all.end()).size() == all.size(),
                 qPrintable(all.join(QStringLiteral(" "))));
        QCOMPARE(all.first(), first);
    }
    void noReadingMakesAnAxisWithoutEnd_data() {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        for (const double value : {9e15, 1e16, -1e16, 1e17, 1e300, 1.7e308, -1.7e308})
            QTest::addRow("%g", value) << value << value;
        QTest::newRow("all that a double is") << -1.7e308 << 1.7e308;
    }
    void noReadingMakesAnAxisWithoutEnd() {
        QFETCH(double, low);
        QFETCH(double, high);
        const ValueAxis axis = ValueAxis::around(low, high, 4, 5);
        QVERIFY2(axis.steps() >= 1 && axis.steps() <= 20, qPrintable(QString::number(axis.steps())));
        QVERIFY(std::isfinite(axis.low) && std::isfinite(axis.high));
        for (int i = 0; i < axis.steps(); ++i) {
            QVERIFY2(axis.line(i + 1) > axis.line(i), "a loop over such lines would not end");
            QVERIFY(axis.label(axis.line(i)) != axis.label(axis.line(i + 1)));
            QVERIFY(axis.label(axis.line(i)).size() < 24);
        }
    }
};

QTEST_GUILESS_MAIN(PlotTest)
#include "tst_plot.moc"

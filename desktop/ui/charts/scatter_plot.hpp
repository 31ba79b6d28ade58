#pragma once

#include <QPointF>
#include <QWidget>
#include <vector>

namespace boardwalk::desktop {

/// Each answer as a dot: when it came, and how long it took.
class ScatterPlot : public QWidget {
    Q_OBJECT

public:
    explicit ScatterPlot(QWidget* parent = nullptr);

    /// The whole run, so that the dots do not move while it goes on.
    void setDuration(double seconds);
    void clear();
    void add(double at_s, double latency_ms, bool failed);
    void frame();

    [[nodiscard]] QSize sizeHint() const override { return {360, 100}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, 96}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// More would hide each other; the oldest give way.
    static constexpr std::size_t points_max = 60'000;

    void addTo(std::vector<QPointF>& points, std::size_t& next, QPointF point);

    std::vector<QPointF> m_answered, m_failed;
    std::size_t m_nextAnswered = 0, m_nextFailed = 0;
    double m_duration = 10;
    double m_end = 0;
    double m_greatest = 0;
    bool m_dirty = true;
};

}  // namespace boardwalk::desktop

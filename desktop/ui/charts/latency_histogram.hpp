#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace boardwalk::desktop {

/// How often which latency came, on a logarithmic axis: the tail that matters is a thousand times the median.
class LatencyHistogram : public QWidget {
    Q_OBJECT

public:
    struct Bin {
        double low_ms = 0;
        double high_ms = 0;
        std::uint64_t count = 0;
    };
    struct Percentile {
        QString name;
        double ms = 0;
    };

    explicit LatencyHistogram(QWidget* parent = nullptr);
    void setData(std::vector<Bin> bins, std::vector<Percentile> percentiles);

    [[nodiscard]] QSize sizeHint() const override { return {200, 100}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {150, 96}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Bin> m_bins;
    std::vector<Percentile> m_percentiles;
};

}  // namespace boardwalk::desktop

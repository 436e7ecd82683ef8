using System.Diagnostics.Metrics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>The meter and the page have the same metrics, since both use the same source.</summary>
public sealed class MetricsMeterTests
{
    private long _puts = 1;
    private int _looks;

    [Fact]
    public async Task MeterOfAMember_HasTheNamesAndFiguresOfItsPage()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--metrics=extensive");
        await node.SettledAsync();
        for (int i = 0; i < 3; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") });
        }

        MemberListResponse members = await node.CallAsync<MemberListResponse>("Cluster/MemberList", new MemberListRequest());
        string id = members.Members[0].ID.ToString("x");
        using var listener = new Listener(meter => meter.Tags!.Contains(new("member", id)));
        await Eventually.TrueAsync(() => Task.FromResult(listener.Instruments.Count > 0), TimeSpan.FromSeconds(20), () => "the member serves");
        Dictionary<string, double> seen = listener.Collect();
        IReadOnlyList<PrometheusFamily> page = PrometheusFamily.Read(await node.Http.GetStringAsync("/metrics"));

        Assert.Equal(
            page.SelectMany(family => family.Type == "histogram" ? [family.Name + "_sum", family.Name + "_count"] : (string[])[family.Name]).Order(StringComparer.Ordinal),
            listener.Instruments.Order(StringComparer.Ordinal));
        Assert.Equal(3, seen["etcd_mvcc_put_total"]);
        Assert.Equal(1, seen["etcd_server_has_leader"]);
        Assert.Equal(1, seen[$"etcd_server_id server_id={id}"]);
        Assert.Equal(3, seen["etcd_server_apply_duration_seconds_count version=v3 op=Put success=true"]);
        Assert.Equal(0, seen["metastore_peer_connections_refused_total reason=not_dialled"]);

        await node.StopAsync();
        Assert.Empty(listener.Collect());
    }

    [Fact]
    public void OneRound_IsOfOneMoment_AndTheNextOfAnother()
    {
        using var meter = new MetricsMeter(Look, 7, new StandingClock());
        using var listener = new Listener(meter => meter.Tags!.Contains(new("member", "7")));
        _looks = 0;
        Dictionary<string, double> first = listener.Collect();
        _puts = 5;
        Dictionary<string, double> second = listener.Collect();
        Assert.Equal(2, _looks);
        Assert.Equal((1, 5), (first["test_puts_total"], second["test_puts_total"]));
        Assert.Equal((1, 0.5), (first["test_seconds_count type=a\"b"], first["test_seconds_sum type=a\"b"]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a=\"b\"", "a=b")]
    [InlineData("a=\"b\",c=\"d,e\"", "a=b c=d,e")]
    [InlineData("a=\"\",b=\"\\\"x\\\\y\\nz\"", "a= b=\"x\\y\nz")]
    public void Labels_BecomeTags_WithoutTheEscapesOfTheText(string labels, string tags) =>
        Assert.Equal(tags, string.Join(' ', MetricLabels.Tags(labels).Select(tag => $"{tag.Key}={tag.Value}")));

    [Fact]
    public void Sample_OfAnotherFamilyThanTheLast_IsRefused()
    {
        var families = new MetricFamilies();
        Assert.Throws<InvalidOperationException>(() => families.Sample("a", "", 1));
        families.Family("a", "gauge", "A.").Family("b", "gauge", "B.");
        Assert.Throws<InvalidOperationException>(() => families.Sample("a", "", 1));
    }

    private MetricFamilies Look()
    {
        _looks++;
        var times = new Histogram(0.001, 14);
        times.Add(TimeSpan.FromSeconds(0.5));
        var families = new MetricFamilies();
        families.Single("test_puts_total", "counter", "Puts.", _puts);
        families.Family("test_seconds", "histogram", "Times.").Buckets("test_seconds", "type=\"a\\\"b\"", times);
        return families;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>What an exporter does: subscribes to the instruments of some meters and reads them on demand.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly HashSet<string> _instruments = [];
        private Dictionary<string, double> _seen = [];

        public Listener(Func<Meter, bool> wanted)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MetricsMeter.MeterName && wanted(instrument.Meter))
                {
                    lock (_instruments)
                    {
                        _instruments.Add(instrument.Name);
                    }

                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
                _seen[instrument.Name + string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"))] = value);
            _listener.Start();
        }

        public IReadOnlyCollection<string> Instruments
        {
            get
            {
                lock (_instruments)
                {
                    return [.. _instruments];
                }
            }
        }

        public Dictionary<string, double> Collect()
        {
            _seen = [];
            _listener.RecordObservableInstruments();
            return _seen;
        }

        public void Dispose() => _listener.Dispose();
    }
}

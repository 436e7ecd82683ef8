using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Cli.Output;
using MetaStore.Cli.Output.Batching;
using MetaStore.Protocol.V1;
using BatchSettings = MetaStore.Protocol.V1.BatchSettings;
using BatchStats = MetaStore.Protocol.V1.BatchStats;

namespace MetaStore.Cli.Tests.Output;

/// <summary>The output of <c>batch status</c>, <c>on</c>, <c>off</c> and <c>set</c>, in 80 columns.</summary>
public sealed class BatchingOutputTests
{
    private const int Columns = 80;

    private readonly StringWriter _output = new() { NewLine = "\n" };

    public static TheoryData<string> Keys => [.. BatchSettingTable.All.Select(setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Status_ShowsASetting_WithThePoliciesThatReadIt_AndWithNoOther(string key)
    {
        var setting = BatchSettingTable.ByKey[key];
        foreach (var policy in Enum.GetValues<BatchPolicyKind>().Where(_ => key != "policy"))
        {
            var settings = new Batching.Settings.BatchSettings { Policy = policy, Compression = Batching.Settings.BatchCompression.Gzip };
            var value = setting.Read(settings);
            var other = setting.Kind is BatchSettingKind.Choice or BatchSettingKind.Switch ? (value == 0 ? 1 : 0)
                : setting.Kind == BatchSettingKind.Number ? (value == 0 ? 12.5 : value / 2)
                : value > setting.Min ? setting.Min : setting.Max;
            var (before, after) = (Lines(settings), Lines(setting.Change(settings, other)));
            Assert.Equal(setting.ReadBy.Contains(policy) || (key == "flush_when_idle" && policy != BatchPolicyKind.Off), !before.SequenceEqual(after));
        }
    }

    [Fact]
    public void Status_LinesFitTheTerminal_WithLargeNumbers()
    {
        foreach (var policy in Enum.GetValues<BatchPolicy>())
        {
            Assert.All(new BatchingReport("m", Answer(policy), null).Lines(), line => Assert.True(line.Length <= Columns, $"{line.Length}: {line}"));
        }
    }

    [Fact]
    public void Status_Simple_SaysWhatIsInForceAndWhatWasCounted()
    {
        new SimplePrinter(_output).Batching([new BatchingReport("127.0.0.1:2379", Answer(BatchPolicy.Dynamic), null), new BatchingReport("127.0.0.1:22379", null, "gone")]);
        Assert.Equal(
            """
            127.0.0.1:2379
              policy       dynamic
              size         1..256 proposals, now 213
              timeout      5ms..20ms, now 12.5ms
              load         0.83, half of the maximum at 0.7
              flush        when idle: below 2 batches in flight; at 1MiB
              compression  none
              commands     up to 2MiB
              now          1000 buffered, 2 batches in flight with 512
              last 10s     123457 proposals/s, 18.4ms from enqueue to commit
              failed       12 proposals: no leader, overload or stop
              flushes      since change: size 1234567, timeout 3, idle 900
                           since start: size 1234567890, idle 7

                                      time  proposals      /s    batches per batch log bytes
              since change           12.3s    1234567  100371      12345     100.0     12 MB
              since start            5h25m 1234567890   63311  123456789      10.0    124 GB
                dynamic               5h0m       9000     0.5        100      90.0    9.0 kB
                classic              25m0s       1000     0.7        500       2.0    1.0 kB
                off                      -          0       -          0         -       0 B

              last 10s      queue      batch        wal  replicate      apply     answer
              p50            12us      5.1ms      5.1ms      5.1ms      5.1ms       12us
              p99           1.2ms       25ms       25ms       25ms       25ms      1.2ms

              admission    adaptive, 100..10000 credits, shared fairly, 16 reserved
              credits      12 of 1000 in use (4.0 kB), 4 at most by one of 3 connections
              calls        0 waiting; 1234567 admitted, 7 after a wait, 2 refused
              pressure     123457 answered/s, memory 0.12

            """,
            _output.ToString());
    }

    [Fact]
    public void Status_Table_HasOneColumnOfSettings_WhereMembersAgree()
    {
        new TablePrinter(_output).Batching([.. new[] { "127.0.0.1:2379", "127.0.0.1:22379", "127.0.0.1:32379" }.Select(name => new BatchingReport(name, Answer(BatchPolicy.Fixed), null))]);
        var text = _output.ToString();
        Assert.Contains("| 127.0.0.1:22379 | fixed |  213 |  12.5ms | 0.83 |  123457 |     100.0 |\n", text, StringComparison.Ordinal);
        Assert.Contains("|         fixed.timeout |          5ms |\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("target.", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= Columns, line));
    }

    [Fact]
    public void Status_Table_HasAColumnForEachMember_WhereTheyDiffer()
    {
        new TablePrinter(_output).Batching(
        [
            new BatchingReport("127.0.0.1:2379", Answer(BatchPolicy.Dynamic), null), new BatchingReport("127.0.0.1:22379", Answer(BatchPolicy.Off), null),
            new BatchingReport("127.0.0.1:32379", Answer(BatchPolicy.Dynamic), null),
        ]);
        var text = _output.ToString();
        Assert.Contains("| 127.0.0.1:2379 | 127.0.0.1:22379 | 127.0.0.1:32379 |\n", text, StringComparison.Ordinal);
        Assert.Contains("policy |        dynamic |             off |         dynamic |\n", text, StringComparison.Ordinal);
        Assert.Contains("max_batch_size |            256 |                 |             256 |\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fixed", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= Columns, line));
    }

    [Fact]
    public void Status_Fields_HasOneLineForEachNumber()
    {
        new FieldsPrinter(_output).Batching([new BatchingReport("m:1", Answer(BatchPolicy.Target), null)]);
        foreach (var line in (string[])["\"Endpoint\" : \"m:1\"", "\"settings.policy\" : \"BATCH_POLICY_TARGET\"", "\"settings.flush_when_idle\" : true", "\"settings.target_latency_us\" : 0",
            "\"stats.flushes.size\" : 1234567890", "\"stats.modes.1.totals.proposals\" : 1000", "\"stats.stages.0.stage\" : \"queue\"", "\"stats.size_histogram.counts\" : [1 2]",
            "\"admission.held\" : 12"])
        {
            Assert.Contains(line + "\n", _output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Status_Json_HoldsEverySettingAndNumber()
    {
        var answer = Answer(BatchPolicy.Dynamic);
        new JsonPrinter(_output).Batching([new BatchingReport("m:1", answer, null), new BatchingReport("m:2", null, "gone")]);
        var rows = System.Text.Json.Nodes.JsonNode.Parse(_output.ToString())!.AsArray();
        var batching = rows[0]!["Batching"]!;
        Assert.Equal(BatchSettings.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Order(), batching["settings"]!.AsObject().Select(pair => pair.Key).Order());
        Assert.Equal(100, (int)batching["stats"]!["modes"]![0]!["totals"]!["batches"]!);
        Assert.Equal("dynamic", ((string)batching["stats"]!["modes"]![0]!["policy"]!).Split('_')[^1].ToLowerInvariant());
        Assert.Equal(12, (int)batching["admission"]!["held"]!);
        Assert.Equal(0, (int)batching["stats"]!["flushes"]!["drain"]!);
        Assert.False((bool)batching["stats"]!["modes"]![1]!["flush_when_idle"]!);
        Assert.Equal("gone", (string)rows[1]!["Error"]!);
    }

    [Fact]
    public void Change_IsOneLineForAMember_AndSaysHowToKeepItAndWhatNext()
    {
        var before = BatchSettingMessage.Of(new Batching.Settings.BatchSettings());
        var off = before.Clone();
        off.Policy = BatchPolicy.Off;
        new SimplePrinter(_output).BatchingChanged(
            new BatchSettings { Policy = BatchPolicy.Off },
            [new BatchingChange("127.0.0.1:2379", before, off, null), new BatchingChange("127.0.0.1:22379", off, off, null), new BatchingChange("127.0.0.1:32379", null, null, "gone")]);
        Assert.Equal(
            """
            127.0.0.1:2379   dynamic -> off
            127.0.0.1:22379  off, nothing changed
            Until the next start. To keep it: server.raft.batch.policy: off
            Next: metactl batch compare (modes side by side), metactl batch watch (live)

            """,
            _output.ToString());
    }

    [Fact]
    public void Change_OfSeveralSettings_NamesEachKeyWithItsValue()
    {
        var before = BatchSettingMessage.Of(new Batching.Settings.BatchSettings());
        var asked = new BatchSettings { Policy = BatchPolicy.Target, TargetLatencyUs = 5_000, TargetThroughput = 50_000 };
        var after = BatchSettingMessage.Of(BatchSettingMessage.Merge(new Batching.Settings.BatchSettings(), asked));
        new SimplePrinter(_output).BatchingChanged(asked, [new BatchingChange("m:1", before, after, null)]);
        Assert.Equal(
            """
            m:1  dynamic -> target, target.throughput_target 0 -> 50000, target.latency_target 0s -> 5ms
            Until the next start. To keep it, in the configuration:
              server.raft.batch.policy: target
              server.raft.batch.target.throughput_target: 50000
              server.raft.batch.target.latency_target: 5ms
            Next: metactl batch compare (modes side by side), metactl batch watch (live)

            """,
            _output.ToString());
    }

    private static string[] Lines(Batching.Settings.BatchSettings settings) => [.. SettingLines.Of(BatchSettingMessage.Of(settings), new BatchStats { CurrentBatchSize = 1 })];

    /// <summary>A response with every part and large numbers.</summary>
    private static GetBatchingResponse Answer(BatchPolicy policy)
    {
        var settings = BatchSettingMessage.Of(new Batching.Settings.BatchSettings());
        settings.Policy = policy;
        var stats = new BatchStats
        {
            CurrentBatchSize = 213,
            CurrentTimeoutUs = 12_500,
            CurrentLoad = 0.8312,
            BufferLength = 1000,
            BatchesInFlight = 2,
            ProposalsInFlight = 512,
            Throughput = 123_456.7,
            AverageLatencyUs = 18_400,
            TotalDropped = 12,
            TotalProposals = 1_234_567_890,
            TotalBatches = 123_456_789,
            TotalEncodedBytes = 123_999_999_999,
            Flushes = new FlushCounts { Size = 1_234_567_890, Idle = 7 },
            SizeHistogram = new BatchHistogram { UpperBounds = { 1.0 }, Counts = { 1, 2 } },
            SinceChange = new BatchTotals
            {
                DurationUs = 12_300_000,
                Proposals = 1_234_567,
                Batches = 12_345,
                EncodedBytes = 12_345_678,
                Flushes = new FlushCounts { Size = 1_234_567, Timeout = 3, Idle = 900 },
            },
        };
        stats.Modes.Add(new ModeTotals { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true, Totals = new BatchTotals { DurationUs = 18_000_000_000, Proposals = 9_000, Batches = 100, EncodedBytes = 9_000 } });
        stats.Modes.Add(new ModeTotals { Policy = BatchPolicy.Dynamic, Totals = new BatchTotals { DurationUs = 1_500_000_000, Proposals = 1_000, Batches = 500, EncodedBytes = 1_000 } });
        stats.Modes.Add(new ModeTotals { Policy = BatchPolicy.Off, Totals = new BatchTotals() });
        foreach (var stage in (string[])["queue", "batch", "wal", "replicate", "apply", "answer"])
        {
            var isShort = stage is "queue" or "answer";
            stats.Stages.Add(new StageLatency { Stage = stage, Count = 9, P50Us = isShort ? 12 : 5_100, P99Us = isShort ? 1_200 : 25_000 });
        }

        return new GetBatchingResponse
        {
            Settings = settings,
            Stats = stats,
            AdmissionSettings = new AdmissionSettings { Mode = AdmissionMode.Adaptive, MinCredits = 100, MaxCredits = 10_000, ReservedCredits = 16 },
            Admission = new AdmissionStats
            {
                Limit = 1000, Held = 12, HeldBytes = 4_000, MostHeldByOne = 4, Connections = 3, TotalAdmitted = 1_234_567, TotalWaited = 7, TotalRefused = 2, Rate = 123_456.7, MemoryLoad = 0.12,
            },
        };
    }
}

using System.Text.Json.Nodes;
using MetaStore.Cli.BatchViews;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Tests.BatchViews;

public sealed class BatchViewTests
{
    private static readonly ViewStyle Plain = new(HasColor: false, IsUnicode: true);
    private static readonly TerminalSize Usual = new(80, 40);

    [Fact]
    public void Figures_AreDifferencesOfTwoLooks()
    {
        var state = new MemberState { Name = "n1" }.Seen(Answer(puts: 1000, entries: 100, idle: 90, size: 10), Seconds(1)).Seen(Answer(puts: 3000, entries: 120, idle: 92, size: 28), Seconds(2));
        Assert.Equal(2000, state.Figures!.PutsPerSecond);
        Assert.Equal(20, state.Figures.EntriesPerSecond);
        Assert.Equal(100, state.Figures.PutsPerEntry);
        Assert.Equal([("size", 18), ("bytes", 0), ("timeout", 0), ("idle", 2), ("drain", 0)], state.Figures.Flushes);
        Assert.Null(state.Fault);
    }

    /// <summary>A restarted member counts from 0; the first refresh after that must not show a negative rate.</summary>
    [Fact]
    public void Member_Restarted_CountsFromZero()
    {
        var state = new MemberState { Name = "n1" }.Seen(Answer(puts: 1000, entries: 100), Seconds(1)).Seen(Answer(puts: 2000, entries: 200), Seconds(2)).Lost("does not respond");
        Assert.Equal("does not respond", state.Fault);
        Assert.Contains(BatchView.Lines([state], Seconds(1), Usual, Plain), line => line.StartsWith("puts/s", StringComparison.Ordinal) && line.EndsWith(" -", StringComparison.Ordinal));
        state = state.Seen(Answer(puts: 10, entries: 1), Seconds(9)).Seen(Answer(puts: 30, entries: 2), Seconds(10));
        Assert.Null(state.Fault);
        Assert.Equal(20, state.Figures!.PutsPerSecond);
        Assert.Equal(0, state.History[2]);
        Assert.All(state.History, value => Assert.True(value >= 0));
    }

    [Fact]
    public void History_IsBounded()
    {
        var state = new MemberState { Name = "n1" };
        for (var look = 0; look < 1000; look++)
        {
            state = state.Seen(Answer(puts: look, entries: look), Seconds(look));
        }

        Assert.Equal(MemberState.HistoryMax, state.History.Count);
    }

    [Fact]
    public void View_ShowsEveryMember_AndStagesThatAreKnown()
    {
        var answer = Answer(puts: 1000, entries: 100);
        answer.Stats.Stages.Add(new StageLatency { Stage = "wal", Count = 7, P50Us = 1500, P99Us = 12_340 });
        answer.Settings.FlushWhenIdle = false;
        var lines = BatchView.Lines([new MemberState { Name = "127.0.0.1:2379" }.Seen(answer, Seconds(1)), new MemberState { Name = "127.0.0.1:22379" }.Lost("does not respond")], Seconds(1), Usual, Plain);
        Assert.Equal("batching of 2 members, every 1 s; Ctrl-C to stop", lines[0]);
        Assert.Contains(lines, line => Words(line) is ["127.0.0.1:2379", "127.0.0.1:22379"]);
        Assert.Contains(lines, line => Words(line) is ["state", "answers", "does", "not", "respond"]);
        Assert.Contains(lines, line => Words(line) is ["mode", "classic", "-"]);
        Assert.Contains(lines, line => Words(line) is ["load", "0.93", "-"]);
        Assert.Contains(lines, line => Words(line) is ["size", "243", "-"]);
        Assert.Contains(lines, line => Words(line) is ["wal", "1.50", "/", "12.34", "-"]);
        Assert.Contains(lines, line => Words(line) is ["apply", "-", "-"]);
    }

    /// <summary>For every size no line is wider than the terminal and the last row stays empty; otherwise the terminal would scroll.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 10)]
    [InlineData(40, 12)]
    [InlineData(80, 24)]
    [InlineData(200, 60)]
    public void View_FitsEveryTerminal(int columns, int rows)
    {
        MemberState[] members = [.. Enumerable.Range(0, 5).Select(number => new MemberState { Name = $"a-member-with-a-long-name-{number}:2379" }.Seen(Answer(puts: 1_000_000_000, entries: 1), Seconds(1)))];
        var lines = BatchView.Lines(members, Seconds(1), new TerminalSize(columns, rows), Plain);
        Assert.InRange(lines.Count, 1, Math.Max(1, rows - 1));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, columns));
        Assert.Equal(columns < 16 + (5 * 17) && rows > 3, lines.Any(line => line.EndsWith("more in a wider window", StringComparison.Ordinal) || line.Contains("4 more in", StringComparison.Ordinal)));
    }

    [Fact]
    public void Color_IsLeftOut_WhenItIsNotWanted()
    {
        MemberState[] members = [new MemberState { Name = "n1" }.Lost("does not respond")];
        Assert.DoesNotContain(BatchView.Lines(members, Seconds(1), Usual, Plain), line => line.Contains('\e', StringComparison.Ordinal));
        Assert.Contains(BatchView.Lines(members, Seconds(1), Usual, Plain with { HasColor = true }), line => line.StartsWith("\e[31mstate", StringComparison.Ordinal));
        Assert.Equal(new ViewStyle(false, true), ViewStyle.Of(name => name switch { "NO_COLOR" => "1", "LANG" => "en_US.UTF-8", _ => null }));
        Assert.Equal(new ViewStyle(true, false), ViewStyle.Of(name => name switch { "LC_ALL" => "C", "LANG" => "en_US.UTF-8", _ => null }));
        Assert.Equal(new ViewStyle(true, true), ViewStyle.Of(name => name == "LC_ALL" ? "C.utf8" : null));
    }

    [Fact]
    public void Sparkline_ScalesToItsLargestValue()
    {
        Assert.Equal("  \u2581\u2585\u2588", Sparkline.Of([0, 50, 100], 5, isUnicode: true));
        Assert.Equal("_=#", Sparkline.Of([7, 0, 50, 100], 3, isUnicode: false));
        Assert.Equal("__", Sparkline.Of([0, 0], 2, isUnicode: false));
        Assert.Equal("   ", Sparkline.Of([], 3, isUnicode: true));
        Assert.Equal(string.Empty, Sparkline.Of([1], 0, isUnicode: true));
    }

    [Fact]
    public void Lines_ForFilesAndPrograms()
    {
        MemberState[] members =
        [
            new MemberState { Name = "n1" }.Seen(Answer(puts: 1000, entries: 100), Seconds(1)).Seen(Answer(puts: 3000, entries: 120), Seconds(2)),
            new MemberState { Name = "n2" }.Lost("does not respond"),
        ];
        Assert.Equal("00:00:00Z n1 dynamic, 2,000 puts/s, 100.0 in an entry, size 243, load 0.93 | n2 does not respond", BatchLine.Text(members, DateTimeOffset.UnixEpoch));
        var text = BatchLine.Json(members, DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain('\n', text);
        var json = JsonNode.Parse(text)!;
        Assert.Equal(2000, (double)json["members"]![0]!["puts_per_second"]!);
        Assert.Equal(3000, (long)json["members"]![0]!["batching"]!["stats"]!["total_proposals"]!);
        Assert.Equal("does not respond", (string?)json["members"]![1]!["error"]);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static WatchBatchingResponse Answer(long puts, long entries, long idle = 0, long size = 0) => new()
    {
        Settings = new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true },
        Stats = new BatchStats
        {
            TotalProposals = puts,
            TotalBatches = entries,
            CurrentLoad = 0.93,
            CurrentBatchSize = 243,
            CurrentTimeoutUs = 18_400,
            Throughput = 12,
            Flushes = new FlushCounts { Idle = idle, Size = size },
        },
    };
}

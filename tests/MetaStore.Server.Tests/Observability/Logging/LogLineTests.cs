using System.Text;
using System.Text.Json;
using MetaStore.Server.Observability.Logging;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>The format of log lines, and the handling of overload.</summary>
public sealed class LogLineTests
{
    [Fact]
    public void Json_HasEtcdsKeys_EachFactOnce_IdsInHex()
    {
        string text = Lines("json", log => log.Published(0xabc, "{Name:n1 ClientURLs:[http://a:1]}", 0xdef, TimeSpan.FromSeconds(7)));
        Assert.Equal(
            "{\"level\":\"info\",\"ts\":\"2026-01-01T00:00:00.000000Z\",\"caller\":\"MetaStore.Server/Published:1012\","
            + "\"msg\":\"published local member to cluster through raft\",\"local-member-id\":\"abc\","
            + "\"local-member-attributes\":\"{Name:n1 ClientURLs:[http://a:1]}\",\"cluster-id\":\"def\",\"publish-timeout\":\"7s\"}\n",
            text);
    }

    [Fact]
    public void Json_OfASentence_HasNoFieldForWhatItSays()
    {
        JsonElement line = JsonDocument.Parse(Lines("json", log => log.LeaderChanged(0x1f, "Follower", 3))).RootElement;
        Assert.Equal(["level", "ts", "caller", "msg"], line.EnumerateObject().Select(field => field.Name));
        Assert.Equal("The leader is 1f in term 3; this member is Follower.", line.GetProperty("msg").GetString());
    }

    [Fact]
    public void Console_IsTheSameBetweenTabs()
    {
        Assert.Equal(
            "2026-01-01T00:00:00.000000Z\tinfo\tMetaStore.Server/CapabilitiesEnabled:1019\tenabled capabilities for version\t{\"cluster-version\":\"3.6\"}\n",
            Lines("console", log => log.CapabilitiesEnabled("3.6")));
        Assert.Equal("2026-01-01T00:00:00.000000Z\tinfo\tMetaStore.Server/ReadyToServe:1017\tready to serve client requests\n", Lines("console", log => log.ReadyToServe()));
    }

    [Fact]
    public void SameEventAThousandTimesInASecond_IsWrittenAHundredTimesAndThenOnceInAHundred()
    {
        string[] lines = Lines("json", log => Repeat(1000, log.ReadyToServe)).Split('\n')[..^1];
        Assert.Equal(100 + 9, lines.Length);
        Assert.DoesNotContain("left-out", lines[99], StringComparison.Ordinal);
        Assert.All(lines[100..], line => Assert.EndsWith("\"left-out\":99}", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Sampling_IsOfOneEventAndOneSecond()
    {
        FakeTimeProvider time = new();
        LogSampling sampling = new(time);
        Repeat(150, () => sampling.Take("a", out _));
        Assert.False(sampling.Take("a", out _));
        Assert.True(sampling.Take("b", out long leftOut));
        Assert.Equal(0, leftOut);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(sampling.Take("a", out leftOut));
        Assert.Equal(51, leftOut);
    }

    [Fact]
    public void Queue_WhoseReaderStands_LosesLines_AndSaysHowMany()
    {
        using var target = new BlockedStream();
        using (var queue = new LogQueue(target, lost => Encoding.UTF8.GetBytes($"lost {lost}\n")))
        {
            byte[] line = new byte[64 << 10];
            for (int i = 0; i < 1000; i++)
            {
                queue.Add(line);
            }

            target.Open();
            queue.Flush(TimeSpan.FromSeconds(10));
            queue.Add("after\n"u8.ToArray());
        }

        string[] words = [.. target.Written.Split('\n')[..^1].Select(line => line.TrimStart('\0'))];

        // Two lines say it when the queue's thread began after the first lines were dropped.
        int lost = words[..^1].Sum(word => int.Parse(word["lost ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("after", words[^1]);
        Assert.Equal(1000, lost + (target.Bytes / (64 << 10)));
        Assert.InRange(lost, 1000 - 130, 999);
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    private static string Lines(string format, Action<ServerLog> write)
    {
        var target = new MemoryStream();
        using (var queue = new LogQueue(target, _ => []))
        {
            write(new ServerLog(new LineLogger("MetaStore.Server", queue, LogFormats.Named(format), new LogSampling(new FakeTimeProvider()), new FakeTimeProvider())));
        }

        return Encoding.UTF8.GetString(target.ToArray());
    }

    /// <summary>Blocks until it is opened.</summary>
    private sealed class BlockedStream : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public string Written => Encoding.UTF8.GetString(ToArray());

        public int Bytes => ToArray().Count(value => value == 0);

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _open.Wait();
            base.Write(buffer);
        }
    }
}

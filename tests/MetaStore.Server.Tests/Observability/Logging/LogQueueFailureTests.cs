using System.Text;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>An output that fails for a while: each line that was not written is counted once, and named once when it works again.</summary>
public sealed class LogQueueFailureTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FailingStream _target = new();
    private readonly LogQueue _queue;

    public LogQueueFailureTests() => _queue = new LogQueue(_target, lost => Encoding.UTF8.GetBytes($"lost {lost}\n"));

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void LinesOfAFailure_AreCountedOnce_AndReportedTogether()
    {
        Add("before");
        _target.Fails = true;
        for (int i = 0; i < 5; i++)
        {
            Add($"lost line {i}");
        }

        Assert.Equal(5, _queue.Lost);
        _target.Fails = false;
        Add("after");
        Add("later");
        Assert.Equal("before\nlost 5\nafter\nlater\n", _target.Text);
        Assert.Equal(5, _queue.Lost);
    }

    [Fact]
    public void SecondFailure_IsReportedOnItsOwn()
    {
        _target.Fails = true;
        Add("a");
        _target.Fails = false;
        Add("b");
        _target.Fails = true;
        Add("c");
        Add("d");
        _target.Fails = false;
        Add("e");
        Assert.Equal("lost 1\nb\nlost 2\ne\n", _target.Text);
        Assert.Equal(3, _queue.Lost);
    }

    [Fact]
    public void LineAfterTheEnd_IsLost_NotWaitedFor()
    {
        Add("a");
        _queue.Dispose();
        _queue.Add("b\n"u8.ToArray());
        Assert.Equal(("a\n", 1L), (_target.Text, _queue.Lost));
    }

    [Fact]
    public void LineLargerThanTheQueue_IsLost_AndTheNextFits()
    {
        _queue.Add(new byte[(4 << 20) + 1]);
        Add("a");
        Assert.Equal(("lost 1\na\n", 1L), (_target.Text, _queue.Lost));
    }

    [Fact]
    public void Flush_OfAnOutputThatStands_EndsInTime()
    {
        using var stands = new ManualResetEventSlim();
        _target.Gate = stands;
        _queue.Add("a\n"u8.ToArray());
        long begun = Environment.TickCount64;
        _queue.Flush(TimeSpan.FromMilliseconds(30));
        Assert.InRange(Environment.TickCount64 - begun, 20, 10_000);
        Assert.Equal("", _target.Text);
        stands.Set();
        _queue.Flush(Limit);
        Assert.Equal("a\n", _target.Text);
    }

    private void Add(string line)
    {
        _queue.Add(Encoding.UTF8.GetBytes(line + "\n"));
        _queue.Flush(Limit);
    }

    private sealed class FailingStream : MemoryStream
    {
        private readonly Lock _gate = new();
        private volatile bool _fails;

        public bool Fails
        {
            get => _fails;
            set => _fails = value;
        }

        public ManualResetEventSlim? Gate { get; set; }

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Gate?.Wait();
            if (Fails)
            {
                throw new IOException("no space");
            }

            lock (_gate)
            {
                base.Write(buffer);
            }
        }
    }
}

using System.Diagnostics;
using MetaStore.LoadGen.Gathered;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Load;

/// <summary>One thread: its connections, its share of the calls, its measurements. Shares nothing while it runs.</summary>
/// <remarks>
/// Each round reads every ready socket, starts the calls that are due and writes once per connection. In a closed loop an ended call is
/// restarted at once; in an open loop calls become due by the clock, are queued here if no connection is free, and their latency counts
/// from when they were due, so that a server that stalls cannot hide it (no coordinated omission).
/// </remarks>
internal sealed class LoadLoop : ICallObserver
{
    private const long Millisecond = 1_000_000;

    /// <summary>A failed call pauses before the next, so that a dead server is not called a million times a second.</summary>
    private const long RestNanos = 10 * Millisecond;
    private const long ReconnectNanos = 100 * Millisecond;
    private const long CheckNanos = 100 * Millisecond;

    private readonly RunPlan _plan;
    private readonly Workload _workload;
    private readonly ILoadConnection[] _connections;
    private readonly long[] _reopenAt;
    private readonly Poller _poller;
    private readonly Stack<Call> _free = new();
    private readonly Queue<(Call Call, long Until)> _resting = new();
    private readonly Queue<long> _due = new();
    private readonly ArrivalClock? _arrivals;
    private readonly int _fairShare;
    private readonly int _calls;
    private readonly long _count;
    private readonly long _timeout;
    private int _turn;
    private long _now;
    private long _checkAt;
    private long _counted;

    /// <summary>Makes loop number <paramref name="index"/> of the plan.</summary>
    public LoadLoop(RunPlan plan, int index)
    {
        LoadOptions options = plan.Options;
        _plan = plan;
        _workload = new Workload(options, index);
        _calls = plan.Share(options.Inflight, index);
        _count = plan.Share(options.Count, index);
        _timeout = options.CallTimeout.Ticks * 100;
        int connections = plan.Share(plan.Connections, index);
        int first = (int)((long)plan.Connections * index / options.Threads);
        _connections = [.. Enumerable.Range(first, connections).Select(i => plan.Targets[i % plan.Targets.Count])
            .Select(Connect)];
        _reopenAt = new long[connections];
        _poller = new Poller(connections);
        _fairShare = (_calls + connections - 1) / connections;
        for (int i = 0; i < _calls; i++)
        {
            _free.Push(new Call());
        }

        if (options.Rate > 0)
        {
            // From the start of the measurement on, exactly rate times duration calls are due; those before it are the warm-up.
            long start = plan.From - (options.WarmUp.Ticks * 100);
            _arrivals = new ArrivalClock(options.Rate / options.Threads, start, options.PoissonArrivals ? _workload.NextShare : null);
        }
    }

    /// <summary>Its measurements; to be read when <see cref="Run"/> has returned.</summary>
    public RunRecorder Recorder { get; } = new();

    /// <summary>Timestamp of the last measured end.</summary>
    public long LastEnd { get; private set; }

    /// <summary>Bytes written by its connections.</summary>
    public long BytesSent => _connections.Sum(connection => connection.BytesSent);

    /// <summary>Bytes read by its connections.</summary>
    public long BytesReceived => _connections.Sum(connection => connection.BytesReceived);

    /// <summary>Runs from warm-up to the end of the measurement.</summary>
    public void Run()
    {
        _now = Stopwatch.GetTimestamp();
        Array.ForEach(_connections, connection => connection.Open());
        while (!IsOver())
        {
            StartCalls();
            for (int i = 0; i < _connections.Length; i++)
            {
                _connections[i].Flush();
                _poller.Watch(i, _connections[i].Descriptor, _connections[i].WantsWrite);
            }

            _poller.Wait(NextEvent() - Stopwatch.GetTimestamp());
            _now = Stopwatch.GetTimestamp();
            for (int i = 0; i < _connections.Length; i++)
            {
                Serve(i);
            }

            if (_now >= _checkAt)
            {
                Check();
            }
        }

        foreach (long due in _due.Where(IsMeasured))
        {
            Recorder.Record(GrpcStatus.DeadlineExceeded, "never started", 0, _now - due, SecondOf(_now));
        }

        Array.ForEach(_connections, connection => connection.Dispose());
    }

    /// <inheritdoc/>
    public void OnCallEnded(Call call, int grpcStatus, string? message)
    {
        if (IsMeasured(_arrivals is null ? _now : call.IntendedAt))
        {
            Recorder.Record(grpcStatus, message, _now - call.IntendedAt, call.StartedAt - call.IntendedAt, SecondOf(_now));
            LastEnd = _now;
            _counted++;
        }

        if (grpcStatus == GrpcStatus.Ok || _arrivals is not null)
        {
            _free.Push(call);
        }
        else
        {
            _resting.Enqueue((call, _now + RestNanos));
        }
    }

    private ILoadConnection Connect(Target target) => _plan.Options.Gather
        ? new GatheredConnection(target, this)
        : new Http2Connection(target, Math.Max(_calls, 1), this);

    private bool IsMeasured(long timestamp) => timestamp >= _plan.From && timestamp < _plan.Until;

    private int SecondOf(long timestamp) => (int)((timestamp - _plan.From) / (1000 * Millisecond));

    private bool IsOver()
    {
        if (_count > 0)
        {
            return _counted >= _count;
        }

        if (_now < _plan.Until)
        {
            return false;
        }

        // An open loop waits for all calls that were due in time: leaving some out would leave out the slowest.
        bool nothingLeft = _arrivals is null
            || (_arrivals.Next >= _plan.Until && _due.Count == 0 && _connections.All(static connection => connection.Running == 0));
        return nothingLeft || _now > _plan.Until + _timeout + CheckNanos;
    }

    private void StartCalls()
    {
        while (_resting.TryPeek(out (Call Call, long Until) resting) && resting.Until <= _now)
        {
            _free.Push(_resting.Dequeue().Call);
        }

        if (_arrivals is null)
        {
            while (_free.Count > 0 && Pick() is { } connection)
            {
                Start(connection, _now);
            }

            return;
        }

        // Including those that became due while this thread was delayed beyond the end.
        while (_arrivals.Next <= _now && _arrivals.Next < _plan.Until)
        {
            _due.Enqueue(_arrivals.Take());
        }

        while (_due.Count > 0 && _free.Count > 0 && Pick() is { } connection)
        {
            Start(connection, _due.Dequeue());
        }
    }

    private void Start(ILoadConnection connection, long intendedAt)
    {
        Call call = _free.Pop();
        call.IntendedAt = intendedAt;
        ReadOnlySpan<byte> message = _workload.Next(out string path);
        connection.Start(call, path, message, _now);
    }

    /// <summary>The next connection in turn that is below its fair share; beyond it only while another one is down.</summary>
    private ILoadConnection? Pick()
    {
        bool someDown = false;
        ILoadConnection? spare = null;
        for (int i = 0; i < _connections.Length; i++)
        {
            _turn = _turn + 1 >= _connections.Length ? 0 : _turn + 1;
            ILoadConnection connection = _connections[_turn];
            if (!connection.CanStart)
            {
                someDown |= connection.State != ConnectionState.Open;
            }
            else if (connection.Running < _fairShare)
            {
                return connection;
            }
            else
            {
                spare = connection;
            }
        }

        return someDown ? spare : null;
    }

    private void Serve(int position)
    {
        ILoadConnection connection = _connections[position];
        if (connection.WantsWrite && _poller.CanWrite(position))
        {
            connection.OnWritable();
        }

        if (connection.State > ConnectionState.Connecting && _poller.CanRead(position))
        {
            connection.OnReadable();
        }
    }

    private long NextEvent()
    {
        long next = _checkAt;
        if (_resting.TryPeek(out (Call Call, long Until) resting))
        {
            next = Math.Min(next, resting.Until);
        }

        if (_arrivals is not null && _now < _plan.Until)
        {
            next = Math.Min(next, _arrivals.Next);
        }

        return _now < _plan.Until ? Math.Min(next, _plan.Until) : next;
    }

    private void Check()
    {
        _checkAt = _now + CheckNanos;
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i].CancelStartedBefore(_now - _timeout);
            if (_connections[i].State != ConnectionState.Closed)
            {
                _reopenAt[i] = _now + ReconnectNanos;
            }
            else if (_now >= _reopenAt[i])
            {
                _reopenAt[i] = _now + ReconnectNanos;
                _connections[i].Open();
            }
        }
    }
}

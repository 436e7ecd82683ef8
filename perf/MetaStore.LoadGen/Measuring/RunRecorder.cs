namespace MetaStore.LoadGen.Measuring;

/// <summary>What one loop measured. Written by its thread only, read when the run is over.</summary>
internal sealed class RunRecorder
{
    /// <summary>Error texts kept apart; a further one is counted with its status only.</summary>
    private const int MessagesMax = 20;

    private readonly Dictionary<int, long> _byStatus = [];
    private readonly Dictionary<string, long> _messages = [];
    private readonly List<long> _perSecond = [];

    /// <summary>Times of successful calls in nanoseconds.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Largest delay between the intended and the real start of a call, in nanoseconds.</summary>
    public long MaxStartDelay { get; private set; }

    /// <summary>Calls by gRPC status.</summary>
    public IReadOnlyDictionary<int, long> ByStatus => _byStatus;

    /// <summary>Errors by status and text.</summary>
    public IReadOnlyDictionary<string, long> Messages => _messages;

    /// <summary>Successful calls by second of the run.</summary>
    public IReadOnlyList<long> PerSecond => _perSecond;

    /// <summary>Counts one ended call.</summary>
    /// <param name="status">gRPC status.</param>
    /// <param name="message">Of an error.</param>
    /// <param name="nanos">From intended start to end.</param>
    /// <param name="startDelay">From intended to real start.</param>
    /// <param name="second">Second of the run in which it ended.</param>
    public void Record(int status, string? message, long nanos, long startDelay, int second)
    {
        if (status == 0)
        {
            Latency.Record(nanos);
            while (_perSecond.Count <= second)
            {
                _perSecond.Add(0);
            }

            _perSecond[second]++;
        }
        else
        {
            string text = $"{Http2.GrpcStatus.Name(status)}: {message}";
            if (_messages.ContainsKey(text) || _messages.Count < MessagesMax)
            {
                _messages[text] = _messages.GetValueOrDefault(text) + 1;
            }
        }

        _byStatus[status] = _byStatus.GetValueOrDefault(status) + 1;
        MaxStartDelay = Math.Max(MaxStartDelay, startDelay);
    }

    /// <summary>Adds what another loop measured.</summary>
    public void Add(RunRecorder other)
    {
        Latency.Add(other.Latency);
        MaxStartDelay = Math.Max(MaxStartDelay, other.MaxStartDelay);
        foreach ((int status, long count) in other._byStatus)
        {
            _byStatus[status] = _byStatus.GetValueOrDefault(status) + count;
        }

        foreach ((string text, long count) in other._messages)
        {
            _messages[text] = _messages.GetValueOrDefault(text) + count;
        }

        for (int second = 0; second < other._perSecond.Count; second++)
        {
            if (second == _perSecond.Count)
            {
                _perSecond.Add(0);
            }

            _perSecond[second] += other._perSecond[second];
        }
    }
}

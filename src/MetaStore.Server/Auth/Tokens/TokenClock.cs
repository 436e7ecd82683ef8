using System.Collections.Concurrent;
using System.Threading.Channels;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>When each token was used last, on this member's clock; says which uses are to be recorded and which tokens have run out.</summary>
/// <remarks>
/// A use more than half a period after the last recorded one is recorded, so a token that is used ends at least one period after its last use; the
/// leader drops a token one and a half periods after the last recorded use. A new leader begins full periods. Thread-safe.
/// </remarks>
internal sealed class TokenClock : ITokenListener
{
    private const int PendingMax = 10_000;

    private readonly ConcurrentDictionary<TokenDigest, Entry> _tokens = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _period;
    private readonly TimeSpan _again = TimeSpan.FromSeconds(5);

    // A use that finds it full is recorded by a later one.
    private readonly Channel<TokenDigest> _touches = Channel.CreateBounded<TokenDigest>(
        new BoundedChannelOptions(PendingMax) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _leadsSince;

    /// <param name="period">Shortest life of a token after its last use.</param>
    /// <param name="time">The clock.</param>
    public TokenClock(TimeSpan period, TimeProvider time) => (_period, _time) = (period, time);

    /// <summary>Tokens whose use is to be recorded.</summary>
    public ChannelReader<TokenDigest> Touches => _touches.Reader;

    /// <summary>Number of tokens.</summary>
    public int Count => _tokens.Count;

    /// <summary>A call used a token.</summary>
    public void OnCall(in TokenDigest digest)
    {
        if (!_tokens.TryGetValue(digest, out Entry? entry))
        {
            return;
        }

        // A token of before this member's start has no recorded use here: its first use is recorded at once.
        bool isFresh = entry.IsRecorded && _time.GetElapsedTime(Volatile.Read(ref entry.UsedTicks)) <= _period / 2;
        long asked = Volatile.Read(ref entry.AskedTicks);
        if (isFresh || (asked != 0 && _time.GetElapsedTime(asked) <= _again))
        {
            return;
        }

        if (Interlocked.CompareExchange(ref entry.AskedTicks, _time.GetTimestamp(), asked) == asked)
        {
            _touches.Writer.TryWrite(digest);
        }
    }

    /// <summary>This member leads from now on.</summary>
    public void Lead() => Volatile.Write(ref _leadsSince, _time.GetTimestamp());

    /// <summary>Tokens that were not used for their whole life, as far as the leader has seen.</summary>
    /// <param name="max">At most so many.</param>
    public IReadOnlyList<TokenUse> TakeDue(int max)
    {
        var due = new List<TokenUse>();
        long since = Volatile.Read(ref _leadsSince);
        foreach ((TokenDigest digest, Entry entry) in _tokens)
        {
            if (due.Count == max)
            {
                break;
            }

            if (_time.GetElapsedTime(Math.Max(since, Volatile.Read(ref entry.UsedTicks))) > 1.5 * _period)
            {
                due.Add(new TokenUse(digest, Volatile.Read(ref entry.UsedAt)));
            }
        }

        return due;
    }

    /// <inheritdoc/>
    public void OnLoaded(IEnumerable<TokenUse> tokens)
    {
        _tokens.Clear();
        long now = _time.GetTimestamp();
        foreach (TokenUse token in tokens)
        {
            _tokens[token.Digest] = new Entry { UsedAt = token.UsedAt, UsedTicks = now };
        }
    }

    /// <inheritdoc/>
    public void OnUsed(TokenUse token) => _tokens[token.Digest] = new Entry { UsedAt = token.UsedAt, UsedTicks = _time.GetTimestamp(), IsRecorded = true };

    /// <inheritdoc/>
    public void OnDropped(TokenDigest token) => _tokens.TryRemove(token, out _);

    private sealed class Entry
    {
        public ulong UsedAt;
        public long UsedTicks;
        public long AskedTicks;

        /// <summary>The use was seen here when it was applied.</summary>
        public bool IsRecorded { get; init; }
    }
}

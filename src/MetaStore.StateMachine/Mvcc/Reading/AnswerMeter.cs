namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Counts what is gathered for one answer, and ends the gathering when that becomes too much or when no call waits for it.</summary>
/// <remarks>What a command writes never depends on it: members with different meters hold the same state. One thread at a time.</remarks>
public abstract class AnswerMeter
{
    /// <summary>Takes everything.</summary>
    public static AnswerMeter Unlimited { get; } = new Bottomless();

    /// <summary>Of a command whose answer no call waits for: nothing is gathered, on a follower and when the log is applied again.</summary>
    public static AnswerMeter Unwanted { get; } = new Bottomless { IsClosed = true };

    /// <summary>Nothing more is gathered; what was is not an answer.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>Asks to add so many bytes; false closes the meter.</summary>
    public bool TryTake(long bytes)
    {
        if (!IsClosed && !TryReserve(bytes))
        {
            IsClosed = true;
        }

        return !IsClosed;
    }

    /// <summary>Whether so many bytes more are allowed; not asked once the meter is closed.</summary>
    protected abstract bool TryReserve(long bytes);

    private sealed class Bottomless : AnswerMeter
    {
        protected override bool TryReserve(long bytes) => true;
    }
}

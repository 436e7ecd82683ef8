namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Counts the bytes collected for one answer, and stops when they exceed the limit or when no call waits for the answer.</summary>
/// <remarks>The writes of a command never depend on it: members with different meters hold the same state. One thread at a time.</remarks>
public abstract class AnswerMeter
{
    /// <summary>No limit.</summary>
    public static AnswerMeter Unlimited { get; } = new Bottomless();

    /// <summary>For a command whose answer no call waits for: nothing is collected, as on a follower and during replay.</summary>
    public static AnswerMeter Unwanted { get; } = new Bottomless { IsClosed = true };

    /// <summary>Nothing more is collected; the part collected so far is not an answer.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>Reserves bytes; false closes the meter.</summary>
    public bool TryTake(long bytes)
    {
        if (!IsClosed && !TryReserve(bytes))
        {
            IsClosed = true;
        }

        return !IsClosed;
    }

    /// <summary>Whether so many more bytes are allowed; not called once the meter is closed.</summary>
    protected abstract bool TryReserve(long bytes);

    private sealed class Bottomless : AnswerMeter
    {
        protected override bool TryReserve(long bytes) => true;
    }
}

namespace MetaStore.Server.Listening.Tls.Handshakes;

/// <summary>Bounds the handshakes in progress: each costs milliseconds of processor time, and a client may stop in the middle of one.</summary>
/// <remarks>
/// While others wait for a slot, one that is held for longer than <see cref="PatienceWhenFull"/> is taken back, the oldest first, and its connection ends. So
/// clients that stop in the middle delay others for no longer than that, and slow ones have the whole time of a handshake as long as there are slots.
/// Any thread may call.
/// </remarks>
/// <param name="max">Slots.</param>
/// <param name="time">Measures how long slots are held.</param>
internal sealed class HandshakeSlots(int max, TimeProvider time)
{
    /// <summary>How long a slot may be held while others wait.</summary>
    public static readonly TimeSpan PatienceWhenFull = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<Slot> _held = [];
    private readonly LinkedList<Waiter> _waiting = [];

    /// <summary>Slots in use.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Waits for a slot, in the order of the calls.</summary>
    /// <param name="onTakenBack">Ends the handshake; called at most once, and not after the slot was given back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>To be disposed when the handshake is over.</returns>
    /// <exception cref="OperationCanceledException">The token fired before there was one.</exception>
    public async ValueTask<IDisposable> TakeAsync(Action onTakenBack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Waiter> place;
        lock (_gate)
        {
            if (_held.Count < max)
            {
                return Hold(onTakenBack);
            }

            place = _waiting.AddLast(new Waiter(onTakenBack));
        }

        var turn = place.Value.Turn.Task;
        while (!turn.IsCompleted)
        {
            var pause = Task.Delay(UntilOldestMayEnd(), time, cancellationToken);
            if (await Task.WhenAny(turn, pause) == pause)
            {
                TakeBackOldest();
            }

            if (cancellationToken.IsCancellationRequested && TryLeave(place))
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        return await turn;
    }

    private TimeSpan UntilOldestMayEnd()
    {
        lock (_gate)
        {
            var left = _held.First is { } oldest ? PatienceWhenFull - time.GetElapsedTime(oldest.Value.Since) : s_shortestWait;
            return left > s_shortestWait ? left : s_shortestWait;
        }
    }

    private void TakeBackOldest()
    {
        Slot? oldest = null;
        lock (_gate)
        {
            if (_waiting.Count > 0 && _held.First is { } first && time.GetElapsedTime(first.Value.Since) >= PatienceWhenFull)
            {
                oldest = first.Value;
                ReleaseNeedsLock(oldest);
            }
        }

        oldest?.OnTakenBack();
    }

    /// <summary>False when the slot was given to this waiter already.</summary>
    private bool TryLeave(LinkedListNode<Waiter> place)
    {
        lock (_gate)
        {
            if (place.List is null)
            {
                return false;
            }

            _waiting.Remove(place);
            return true;
        }
    }

    private Slot Hold(Action onTakenBack)
    {
        var slot = new Slot(this, time.GetTimestamp(), onTakenBack);
        slot.Place = _held.AddLast(slot);
        return slot;
    }

    private void ReleaseNeedsLock(Slot slot)
    {
        if (slot.Place is not { } place)
        {
            return;
        }

        slot.Place = null;
        _held.Remove(place);
        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.Turn.SetResult(Hold(next.Value.OnTakenBack));
        }
    }

    private sealed record Waiter(Action OnTakenBack)
    {
        public TaskCompletionSource<Slot> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(HandshakeSlots slots, long since, Action onTakenBack) : IDisposable
    {
        public long Since => since;

        public LinkedListNode<Slot>? Place { get; set; }

        public void OnTakenBack() => onTakenBack();

        public void Dispose()
        {
            lock (slots._gate)
            {
                slots.ReleaseNeedsLock(this);
            }
        }
    }
}

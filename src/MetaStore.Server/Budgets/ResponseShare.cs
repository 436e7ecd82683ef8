using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Budgets;

/// <summary>The part of the <see cref="ResponseBudget"/> that one response holds, from the first pair read until the client has received the last byte.</summary>
/// <remarks>
/// The first <see cref="FreeBytes"/> are not counted, so that a small response costs nothing here: an open call uses about as much itself.
/// One thread at a time; disposed once.
/// </remarks>
internal sealed class ResponseShare : AnswerMeter, IResponseHold
{
    /// <summary>Memory of a response that is not counted.</summary>
    public const long FreeBytes = 64 << 10;

    /// <summary>Memory up to which a response is small: it never waits for large ones.</summary>
    public const long SmallBytes = 2 << 20;

    /// <summary>Memory of the objects around a pair.</summary>
    private const int PairBytes = 256;

    private const long SmallStep = 256 << 10;
    private const long LargeStep = 2 << 20;

    /// <summary>Time per MiB that a slow reader is allowed while others wait for the budget, and the initial allowance.</summary>
    private const long SlowestMillisecondsPerMiB = 1000;
    private const long SlowestMilliseconds = 10_000;

    private readonly ResponseBudget _budget;
    private int _costPerByte;
    private readonly bool _mayWait;
    private long _cost;
    private long _reserved;
    private long _sendingSince = long.MaxValue;

    /// <param name="budget">The budget that is charged.</param>
    /// <param name="mayWait">True for a read, which can be repeated; false for an applied command, which may also use the part of small responses.</param>
    /// <param name="costPerByte">Memory per byte of the response.</param>
    public ResponseShare(ResponseBudget budget, bool mayWait, int costPerByte = ResponseBudget.CostPerByte)
    {
        _budget = budget;
        _mayWait = mayWait;
        _costPerByte = costPerByte;
        BytesMax = budget.AnswerBytesMax(costPerByte);
    }

    /// <summary>Size of the response so far, about as on the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>Size above which the response cannot be sent.</summary>
    public long BytesMax { get; private set; }

    /// <summary>True when it holds bytes that must be returned.</summary>
    public bool HoldsRoom => _reserved > 0;

    /// <summary>True when the response is too large for the budget even when nothing else uses it.</summary>
    public bool IsTooLarge => Bytes > BytesMax || _cost > _budget.LargeBytes;

    /// <inheritdoc/>
    public bool IsOverdue =>
        Environment.TickCount64 - Volatile.Read(ref _sendingSince) > SlowestMilliseconds + ((_reserved >> 20) * SlowestMillisecondsPerMiB) && _budget.IsContended;

    /// <summary>After a read that exceeded the budget: waits for the bytes to repeat it.</summary>
    /// <returns>OK when the read may be repeated.</returns>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    public async ValueTask<Status> ReopenAsync(ServerCall context, TimeSpan patience)
    {
        long wanted = Math.Min(Math.Max(2 * _cost, LargeStep), _budget.LargeBytes);
        bool isSmall = _cost <= SmallBytes;
        bool isTooLarge = IsTooLarge;
        Status status = isTooLarge ? TooLarge() : StatusMap.Of(ServerError.ReadsOverBudget);
        Reset();
        if (isTooLarge || isSmall)
        {
            _budget.Refuse();
            return status;
        }

        patience = context.Timeout is { } timeout && timeout < patience ? timeout : patience;
        if (!await _budget.WaitAsync(wanted, patience, context.CancellationToken))
        {
            return status;
        }

        _reserved = wanted;
        return Status.DefaultSuccess;
    }

    /// <summary>The status for a response that cannot be sent. The text is grpc-go's; the first number is the size counted so far.</summary>
    public Status TooLarge() => new(StatusCode.ResourceExhausted, $"grpc: trying to send message larger than max ({Bytes} vs. {Math.Min(BytesMax, Bytes - 1)})");

    /// <summary>Starts again with nothing held.</summary>
    public void Reset()
    {
        Dispose();
        Bytes = 0;
        _cost = 0;
        _sendingSince = long.MaxValue;
        IsClosed = false;
    }

    /// <summary>Raises the memory per byte of the response above what was counted.</summary>
    /// <returns>False when the budget does not allow it.</returns>
    public bool TryRaise(int costPerByte)
    {
        if (costPerByte <= _costPerByte)
        {
            return true;
        }

        _cost += Bytes * (costPerByte - _costPerByte);
        _costPerByte = costPerByte;
        BytesMax = _budget.AnswerBytesMax(costPerByte);
        return TryTake(0);
    }

    /// <inheritdoc/>
    public void OnSending()
    {
        Volatile.Write(ref _sendingSince, Environment.TickCount64);

        // The message itself is garbage from here on; only the bytes that wait for the socket remain.
        long surplus = _reserved - (_reserved / _costPerByte);
        if (surplus > 0)
        {
            _reserved -= surplus;
            _budget.Return(surplus);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        long reserved = Interlocked.Exchange(ref _reserved, 0);
        if (reserved > 0)
        {
            _budget.Return(reserved);
        }
    }

    /// <inheritdoc/>
    protected override bool TryReserve(long bytes)
    {
        Bytes += bytes;
        _cost += (bytes * _costPerByte) + PairBytes;
        if (_cost <= FreeBytes || _cost <= _reserved)
        {
            return true;
        }

        if (IsTooLarge)
        {
            return false;
        }

        bool large = _cost > SmallBytes;
        long step = Math.Max(_cost - _reserved, large ? LargeStep : SmallStep);
        if (!_budget.TryTake(step, large && _mayWait))
        {
            return false;
        }

        _reserved += step;
        return true;
    }
}

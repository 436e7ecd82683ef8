using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace MetaStore.Server.Proposals;

/// <summary>One use of a <see cref="ProposalCompletion"/>, to be awaited once. A ValueTask would hold a whole outcome, and so would each frame that awaits it.</summary>
/// <param name="completion">The completion.</param>
/// <param name="token">Of the use.</param>
internal readonly struct ProposalWait(ProposalCompletion completion, short token) : ICriticalNotifyCompletion
{
    private static readonly Action<object?> Continue = static continuation => ((Action)continuation!)();

    /// <summary>Makes it awaitable.</summary>
    public ProposalWait GetAwaiter() => this;

    /// <summary>The outcome is there.</summary>
    public bool IsCompleted => Source.GetStatus(token) != ValueTaskSourceStatus.Pending;

    private IValueTaskSource<ProposalOutcome> Source => completion;

    /// <summary>The outcome; once.</summary>
    public ProposalOutcome GetResult() => Source.GetResult(token);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) =>
        Source.OnCompleted(Continue, continuation, token, ValueTaskSourceOnCompletedFlags.FlowExecutionContext | ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) =>
        Source.OnCompleted(Continue, continuation, token, ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
}

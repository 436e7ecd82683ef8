using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Calls;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Hosting;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Outputs;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Auth;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Auth.Audit;

/// <summary>The audit log, <c>--audit-log</c>: who did what, from where, and how it ended. Thread-safe.</summary>
/// <remarks>
/// Written by a thread of its own from a bounded queue, so no call waits for the disk. What cannot be written, because the disk is full or too slow, is
/// dropped and counted, and the next line that can be written says how many were.
/// </remarks>
internal sealed class AuditLog : IDisposable
{
    private const int TargetMax = 256;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan SummaryInterval = TimeSpan.FromSeconds(5);

    private readonly Stream _target;
    private readonly LogQueue _queue;
    private readonly RefusalCounts _refusals;
    private readonly SupervisedTimer _summaries;
    private readonly CallAuth _auth;
    private readonly TimeProvider _time;
    private readonly string _member;
    private long _entries;

    /// <summary>Begins to write.</summary>
    /// <param name="target">Gets the lines; becomes this object's.</param>
    /// <param name="member">This member's id.</param>
    /// <param name="auth">Knows whose a call is.</param>
    /// <param name="logger">Receives faults of the timer.</param>
    /// <param name="time">Clock of the lines and of the counting of refusals.</param>
    public AuditLog(Stream target, ulong member, CallAuth auth, ILogger logger, TimeProvider time)
    {
        (_target, _auth, _time) = (target, auth, time);
        _member = member.ToString("x", CultureInfo.InvariantCulture);
        _queue = new LogQueue(target, lost => AuditLine.Lost(lost, _member, time.GetUtcNow().UtcDateTime));
        _refusals = new RefusalCounts(time);
        _summaries = new SupervisedTimer("audit of refusals", SummaryInterval, () => Summarize(all: false), logger, time);
    }

    /// <summary>Lines that were to be written.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    /// <summary>Lines that were not, since the queue was full or the output failed.</summary>
    public long Lost => _queue.Lost;

    /// <summary>Opens the file of the configuration.</summary>
    /// <returns>Null without one.</returns>
    /// <exception cref="StartException">It cannot be opened (64).</exception>
    public static Stream? Open(AuthOptions options)
    {
        try
        {
            return options.AuditLog switch
            {
                "" => null,
                "stderr" => StandardStream.Error,
                "stdout" => StandardStream.Output,
                _ => new FileOutput(options.AuditLog, LogRotation.TryParse(options.AuditLogRotation, out LogRotation? rotation) ? rotation : null, TimeProvider.System, OwnerOnly),
            };
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new StartException(ExitCodes.BadConfiguration, $"--audit-log {options.AuditLog}: {unusable.Message}", unusable);
        }
    }

    /// <summary>A call has ended. Writes nothing for one that is neither shown nor refused.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">Its request; null for a stream, and for one that was refused before it was read.</param>
    /// <param name="status">How it ended.</param>
    public void OnEnded(ServerCall call, IMessage? request, Status status)
    {
        bool isRefusal = !status.IsOK() && AuditedCalls.IsRefusal(call.Method, status.Detail);
        if (!isRefusal && !AuditedCalls.IsShown(call.Method, request))
        {
            return;
        }

        AuthState state = _auth.State;
        _auth.Identify(call, state, out AuthIdentity identity);
        if (identity.Kind == IdentityKind.Internal)
        {
            // Members ask each other for hashes and settings.
            return;
        }

        var entry = new AuditEntry(
            _time.GetUtcNow().UtcDateTime, call.Peer, call.CommonName is { } name ? Cut(name) : null, Cut(call.User ?? ""), call.Method,
            request is null ? "" : Cut(RequestText.Of(request)), status.StatusCode.ToString(), Cut(status.Detail), state.Revision, 1);
        if (!isRefusal || _refusals.TryPass(entry))
        {
            Add(entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _summaries.Dispose();
        Summarize(all: true);
        _queue.Dispose();
        _target.Dispose();
    }

    private void Summarize(bool all)
    {
        foreach (AuditEntry counted in _refusals.TakeDue(all))
        {
            Add(counted);
        }
    }

    private void Add(in AuditEntry entry)
    {
        Interlocked.Increment(ref _entries);
        _queue.Add(AuditLine.Of(entry, _member));
    }

    private static string Cut(string text) => text.Length <= TargetMax ? text : text[..TargetMax] + "...";
}

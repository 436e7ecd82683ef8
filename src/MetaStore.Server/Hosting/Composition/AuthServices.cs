using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Auth.Passwords;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Mvcc.Reading;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Puts the parts for users together: identities of calls, passwords, tokens.</summary>
internal sealed class AuthServices : IDisposable
{
    /// <summary>A member that has just started has not reached the others yet.</summary>
    private static readonly TimeSpan PeerPatience = TimeSpan.FromSeconds(3);

    private readonly AuthOptions _options;
    private readonly MvccReader _reader;
    private readonly MemberStore _members;
    private readonly PasswordChecks _passwords;
    private readonly TokenClock _clock;
    private readonly AuthFiles _files;
    private TokenKeeper? _keeper;
    private MemberToken? _member;
    private Task _running = Task.CompletedTask;

    /// <summary>Makes the parts. Nothing may have been applied since the state machine was opened.</summary>
    /// <param name="options">Of passwords and tokens.</param>
    /// <param name="files">Keys and the audit log; become this object's.</param>
    /// <param name="machine">Whose users they are.</param>
    /// <param name="applied">Waits for the issue of tokens.</param>
    /// <param name="committed">Last index known to be committed.</param>
    /// <param name="log">Hears of a setting that is not used as it is.</param>
    public AuthServices(AuthOptions options, AuthFiles files, ReplicatedStateMachine machine, AppliedIndexWaiter applied, Func<ulong> committed, ServerLog log)
    {
        if (options.EffectiveBcryptCost != options.BcryptCost)
        {
            log.BcryptCostReplaced(options.BcryptCost, options.EffectiveBcryptCost);
        }

        (_options, _files, _reader, _members) = (options, files, machine.Reader, machine.Members);
        _clock = new TokenClock(TimeSpan.FromSeconds(options.TokenTtlSeconds), TimeProvider.System);
        machine.Auth.TokenListener = _clock;
        _passwords = new PasswordChecks(options.EffectiveBcryptCost, options.PasswordMinLength, TimeProvider.System);
        Calls = new CallAuth(machine.Reader, applied, committed, _clock, files.Jwt);
    }

    /// <summary>Who makes a call.</summary>
    public CallAuth Calls { get; }

    /// <summary>The audit log; null without one.</summary>
    public AuditLog? Audit { get; private set; }

    /// <summary>Makes the service.</summary>
    /// <param name="proposer">Proposes changes.</param>
    /// <param name="reads">Makes reads linearizable.</param>
    /// <param name="headers">Makes response headers.</param>
    /// <param name="peers">What the other members announced.</param>
    public AuthService Service(Proposer proposer, ReadDispatcher reads, ResponseHeaders headers, Func<IReadOnlyList<PeerStatus>> peers)
    {
        var capability = new UsersCapability(headers.MemberId, _members, peers, PeerPatience, TimeProvider.System);
        return new AuthService(proposer, reads, _reader, Calls, capability, _passwords, headers, issuesTokens: _options.Token != AuthOptions.None, _files.Jwt);
    }

    /// <summary>Observes calls for the audit log too, when there is one. Called once.</summary>
    /// <param name="calls">Gets everything.</param>
    /// <param name="member">This member's id.</param>
    /// <param name="logger">Receives faults.</param>
    public ICallObserver Observer(ICallObserver calls, ulong member, ILogger logger)
    {
        if (_files.Audit is not { } output)
        {
            return calls;
        }

        Audit = new AuditLog(output, member, Calls, logger, TimeProvider.System);
        return new AuditObserver(calls, Audit);
    }

    /// <summary>Figures of logins, the key files and the audit log.</summary>
    public void WriteMetrics(MetricFamilies text)
    {
        text.Single("metastore_auth_logins_failed_total", "counter", "Logins with a wrong password, or with a user that does not exist.", _passwords.Failed);
        text.Single("metastore_auth_logins_refused_total", "counter", "Logins whose password was not looked at, because too many were waiting.", _passwords.Refused);
        if (_files.Jwt is { } jwt)
        {
            text.Single("metastore_auth_jwt_key_reload_failures_total", "counter", "Times that changed keys of JWT could not be used.", jwt.ReloadFailures);
        }

        if (Audit is { } audit)
        {
            text.Single("metastore_audit_lines_total", "counter", "Lines of the audit log, lost ones included.", audit.Entries);
            text.Single("metastore_audit_lines_lost_total", "counter", "Lines of the audit log that were not written: its output failed or was too slow.", audit.Lost);
        }
    }

    /// <summary>By which other members know this one.</summary>
    public MemberToken MemberToken(Proposer proposer) => _member ??= new MemberToken(Calls, proposer);

    /// <summary>Starts to record uses of tokens, and to drop tokens whenever this member leads.</summary>
    public void Start(Proposer proposer, LeadershipState leadership, ILogger logger, CancellationToken stop)
    {
        _keeper = new TokenKeeper(_clock, proposer, leadership);
        _running = _keeper.RunAsync(logger, stop);
    }

    /// <summary>Waits for the end after the token has fired, no longer than <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => Task.WhenAny(_running, Task.Delay(patience));

    /// <inheritdoc/>
    public void Dispose()
    {
        _member?.Dispose();
        Audit?.Dispose();
        _files.Dispose();
        _passwords.Dispose();
    }
}

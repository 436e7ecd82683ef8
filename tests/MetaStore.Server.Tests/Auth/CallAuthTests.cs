using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Server.Apply;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Auth.Tokens;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Whose a call is: its token before its certificate, a member's token with the user that it names, and nothing that is almost a token.</summary>
public sealed class CallAuthTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly FakeTimeProvider _time = new();
    private readonly AppliedIndexWaiter _applied;
    private readonly CallAuth _auth;
    private readonly string _alice;
    private readonly string _member;

    public CallAuthTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _applied = new AppliedIndexWaiter(_time);
        _auth = new CallAuth(_machine.Reader, _applied, () => _machine.AppliedIndex, new TokenClock(TimeSpan.FromMinutes(5), _time));
        foreach (string user in new[] { "root", "alice" })
        {
            Apply(new UserPutCommand { Name = user, Hash = "hash" });
        }

        Apply(new RoleAddCommand { Name = AuthRole.Root });
        Apply(new UserGrantCommand { User = "root", Role = AuthRole.Root });
        Apply(default(AuthEnableCommand));
        _alice = Issue("alice");
        _member = Issue("");
        _applied.Advance(_machine.AppliedIndex, new CompletionBatchPool(BackgroundWork.ThreadPool));
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("token", "")]
    [InlineData("authorization", "")]
    [InlineData("authorization", "Bearer ")]
    [InlineData("token", "Bearer ")]
    public void Token_MayStandInEitherHeader(string header, string prefix) =>
        Assert.Equal((ServerError.None, "alice"), Identify(Call(null, (header, prefix + _alice))));

    [Fact]
    public void HeaderToken_CountsBeforeAuthorization() =>
        Assert.Equal((ServerError.None, "alice"), Identify(Call(null, ("authorization", "nothing"), ("token", _alice))));

    [Theory]
    [InlineData("")]
    [InlineData("bearer ")]
    [InlineData("Bearer")]
    [InlineData("abc.1")]
    [InlineData("a.b.c")]
    public void AnyOtherText_ProvesNothing_AlsoBesideACertificate(string text)
    {
        Assert.Equal((ServerError.InvalidAuthToken, ""), Identify(Call(null, ("token", text))));
        Assert.Equal((ServerError.InvalidAuthToken, ""), Identify(Call("alice", ("token", text))));
    }

    /// <summary>The letters are right and the index is not: such a token was never issued.</summary>
    [Fact]
    public void Token_OfAnotherIndex_IsRefused() =>
        Assert.Equal(ServerError.InvalidAuthToken, Identify(Call(null, ("token", _alice[..(_alice.LastIndexOf('.') + 1)] + "1"))).Error);

    [Fact]
    public void Certificate_NamesTheUser_OnlyWithoutAToken()
    {
        Assert.Equal((ServerError.None, "bob"), Identify(Call("bob")));
        Assert.Equal((ServerError.None, "alice"), Identify(Call("bob", ("token", _alice))));
        Assert.Equal((true, false, false), (CallAuth.IsByCertificate(Call("bob")), CallAuth.IsByCertificate(Call("bob", ("token", _alice))), CallAuth.IsByCertificate(Call(null))));
    }

    [Fact]
    public void MemberThatPassesACallOn_NamesItsUser()
    {
        Assert.Equal((ServerError.None, "\u00e4lice"), Identify(Call(null, ("token", _member), (CallAuth.UserHeader, CallAuth.EncodeUser("\u00e4lice")))));
        Assert.Equal(IdentityKind.Internal, IdentityOf(Call(null, ("token", _member))).Kind);
        Assert.Equal(IdentityKind.Internal, IdentityOf(Call(null, ("token", _member), (CallAuth.UserHeader, "no base64!"))).Kind);
    }

    /// <summary>The header is the members': beside the token of a user, or none, it means nothing.</summary>
    [Fact]
    public void UserHeader_OfAnyoneElse_IsNotLookedAt()
    {
        (string, string) root = (CallAuth.UserHeader, CallAuth.EncodeUser("root"));
        Assert.Equal((ServerError.None, "alice"), Identify(Call(null, ("token", _alice), root)));
        Assert.Equal((ServerError.None, ""), Identify(Call(null, root)));
    }

    [Theory]
    [InlineData("root", true, ServerError.None)]
    [InlineData("alice", true, ServerError.PermissionDenied)]
    [InlineData("alice", false, ServerError.None)]
    [InlineData("carol", true, ServerError.UserNotFound)]
    [InlineData("carol", false, ServerError.PermissionDenied)]
    [InlineData(null, true, ServerError.UserEmpty)]
    public async Task Caller_IsAdmitted_ByWhatItsUserMay(string? user, bool asAdministrator, object error)
    {
        Assert.Equal((ServerError)error, await _auth.RequireAsync(Call(user), asAdministrator));
        Assert.Equal((ServerError)error, _auth.Admit(Call(user), _auth.State, asAdministrator, out UserRights rights));
        Assert.Equal((ServerError)error == ServerError.None && user == "root", rights.IsAdministrator);
    }

    [Fact]
    public void Read_WithoutTheRight_IsDenied()
    {
        RpcException denied = Assert.Throws<RpcException>(() => _auth.RequireRead(Call("alice"), _auth.State, "k"u8.ToArray(), default));
        Assert.Equal((StatusCode.PermissionDenied, "etcdserver: permission denied"), (denied.StatusCode, denied.Status.Detail));
        _auth.RequireRead(Call("root"), _auth.State, "k"u8.ToArray(), default);
    }

    /// <summary>A token that another member has issued just now is waited for, for a second; one of the far future is not.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public async Task Token_OfALaterEntry_IsWaitedFor_WhenItMayExist(ulong later, bool waits)
    {
        Task arriving = _auth.ArriveAsync(Call(null, ("token", TokenText.Of(TokenText.NewSecret(), _machine.AppliedIndex + later)))).AsTask();
        Assert.Equal(!waits, arriving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        _applied.Sweep(_time.GetTimestamp());
        await arriving.WaitAsync(Limit);
    }

    [Theory]
    [InlineData("token", "t", "token")]
    [InlineData("authorization", "Bearer t", "authorization")]
    [InlineData("other", "t", null)]
    public void CallThatIsMadeForAnother_ProvesTheSame(string header, string value, string? expected)
    {
        Metadata? headers = CallAuth.HeadersOf(Call(null, (header, value)));
        Assert.Equal(expected, headers?.Single().Key);
        Assert.Equal(expected is null ? null : value, headers?.Single().Value);
    }

    /// <summary>The second call of a connection with the same token needs no look at the tokens, until any change of users.</summary>
    [Fact]
    public void Caller_IsKnown_ByItsConnection_UntilUsersChange()
    {
        var last = new LastToken();
        ServerCall Next() => new TokenCall(last, ("token", _alice));
        Assert.False(_auth.TryKnown(Next(), _auth.State, out _));
        Assert.Equal((ServerError.None, "alice"), Identify(Next()));
        ServerCall call = Next();
        Assert.True(_auth.TryKnown(call, _auth.State, out AuthIdentity known));
        Assert.Equal((known, "alice"), (IdentityOf(Next()), call.User));
        Assert.False(_auth.TryKnown(new TokenCall(last, ("token", _member)), _auth.State, out known));
        Assert.Equal(AuthIdentity.None, known);

        Apply(new AsCommand<UserPasswordCommand>(AuthIdentity.Of("root", _auth.State.Revision), new UserPasswordCommand { Name = "alice", Hash = "new" }));
        Assert.False(_auth.TryKnown(Next(), _auth.State, out _));
        Assert.Equal(ServerError.InvalidAuthToken, Identify(Next()).Error);
        Assert.False(_auth.TryKnown(Next(), _auth.State, out _));
    }

    /// <summary>A member passes on the calls of many users with one token.</summary>
    [Fact]
    public void Member_IsNotKnown_ByItsConnection()
    {
        var last = new LastToken();
        foreach (string user in new[] { "root", "alice", "root" })
        {
            var call = new TokenCall(last, ("token", _member), (CallAuth.UserHeader, CallAuth.EncodeUser(user)));
            Assert.False(_auth.TryKnown(call, _auth.State, out _));
            Assert.Equal((ServerError.None, user), Identify(call));
        }
    }

    [Fact]
    public void Method_WithoutARule_NeedsAnAdministrator()
    {
        Assert.Equal(CallRule.Administrator, CallRules.Of("/etcdserverpb.KV/NewMethod"));
        Assert.Equal(CallRule.Administrator, CallRules.Of("/etcdserverpb.kv/range"));
        Assert.Equal(CallRule.Administrator, CallRules.Of(""));
    }

    private static ServerCall Call(string? commonName, params (string Name, string Value)[] headers)
    {
        var metadata = new Metadata();
        foreach ((string name, string value) in headers)
        {
            metadata.Add(name, value);
        }

        return new LocalCallContext("test", metadata) { CommonName = commonName }.Call;
    }

    private (ServerError Error, string User) Identify(ServerCall call) => (_auth.Identify(call, _auth.State, out AuthIdentity identity), identity.User);

    private AuthIdentity IdentityOf(ServerCall call)
    {
        Assert.Equal(ServerError.None, _auth.Identify(call, _auth.State, out AuthIdentity identity));
        return identity;
    }

    private string Issue(string user)
    {
        string secret = TokenText.NewSecret();
        ulong revision = user.Length == 0 ? 0 : _auth.State.Users[user].CredentialRevision;
        Apply(new TokenIssueCommand { Digest = TokenText.DigestOf(secret), User = user, CredentialRevision = revision });
        return TokenText.Of(secret, _machine.AppliedIndex);
    }

    private void Apply<TCommand>(in TCommand command)
        where TCommand : ICommand
    {
        Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, term: 1));
        Assert.Equal(ErrorCode.None, _machine.Apply(CommandFormat.Encode(command)).Error);
        _machine.EndEntry();
        _machine.Publish();
    }
}

using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Auth.Passwords;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Auth: changes go through the log and are judged there, reads are linearizable.</summary>
/// <remarks>The member that is asked hashes and checks passwords; the log sees hashes and digests of tokens only. Source: etcd v3 Auth; ADR 0026.</remarks>
internal sealed class AuthService(
    Proposer proposer, ReadDispatcher reads, MvccReader reader, CallAuth auth, UsersCapability capability, PasswordChecks passwords, ResponseHeaders headers,
    bool issuesTokens, JwtTokens? jwt)
    : Protocol.Etcd.Auth.AuthBase
{
    /// <summary>A password that was changed while it was checked is checked again, so often at most.</summary>
    private const int ChecksMax = 3;

    public override async Task<AuthEnableResponse> AuthEnable(AuthEnableRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(default(AuthEnableCommand), context) };

    public override async Task<AuthDisableResponse> AuthDisable(AuthDisableRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(default(AuthDisableCommand), context) };

    public override async Task<AuthStatusResponse> AuthStatus(AuthStatusRequest request, ServerCallContext context)
    {
        AuthState state = await ReadAsync(context);
        return new AuthStatusResponse { Header = Header(), Enabled = state.IsEnabled, AuthRevision = state.Revision };
    }

    public override async Task<AuthenticateResponse> Authenticate(AuthenticateRequest request, ServerCallContext context)
    {
        (string name, string password) = (request.Name, request.Password);

        // What logs and traces show of the request must not be the password.
        request.Password = "";
        ServerCall call = ServerCall.Of(context);
        for (int tries = 1; ; tries++)
        {
            AuthState state = await ReadAsync(context);
            ThrowIf(state.IsEnabled ? ServerError.None : ServerError.AuthNotEnabled);
            AuthUser? user = state.Users.GetValueOrDefault(name);
            ThrowIf(user is { NoPassword: true } ? ServerError.NoPasswordUser : ServerError.None);
            ThrowIf(await passwords.CheckAsync(user, name, password, PeerText.HostOf(call.Peer), context.CancellationToken));
            ThrowIf(issuesTokens ? ServerError.None : ServerError.AuthFailed);
            if (jwt is not null)
            {
                ThrowIf(jwt.CanIssue ? ServerError.None : ServerError.VerifyOnlyKey);
                if (auth.State.Users.GetValueOrDefault(name)?.CredentialRevision != user!.CredentialRevision && tries < ChecksMax)
                {
                    continue;
                }

                // As of the password that was checked: when that has changed since, the token is old from the beginning.
                return new AuthenticateResponse { Header = Header(), Token = jwt.Issue(name, state.Revision) };
            }

            string secret = TokenText.NewSecret();
            var command = new TokenIssueCommand { Digest = TokenText.DigestOf(secret), User = name, CredentialRevision = user!.CredentialRevision };
            ProposalOutcome outcome = await proposer.ProposeAsync(command, call);
            ThrowIf(outcome.Error);
            if (outcome.Result.Error == ErrorCode.CredentialChanged && tries < ChecksMax)
            {
                continue;
            }

            ThrowIf(StatusMap.Of(outcome.Result.Error));
            return new AuthenticateResponse { Header = headers.At(outcome.Result.Revision), Token = TokenText.Of(secret, outcome.Times.Index) };
        }
    }

    public override async Task<AuthUserAddResponse> UserAdd(AuthUserAddRequest request, ServerCallContext context)
    {
        bool hasNone = request.Options is { NoPassword: true };
        string password = request.Password;
        request.Password = "";
        ThrowIf(await auth.RequireAsync(ServerCall.Of(context), asAdministrator: true));
        ThrowIf(request.Name.Length == 0 ? ServerError.UserEmpty : ServerError.None);
        string hash = hasNone ? "" : await HashAsync(password);
        return new AuthUserAddResponse { Header = await ChangeAsync(new UserPutCommand { Name = request.Name, NoPassword = hasNone, Hash = hash }, context) };
    }

    public override async Task<AuthUserGetResponse> UserGet(AuthUserGetRequest request, ServerCallContext context)
    {
        AuthState state = await ReadAsync(context);
        ThrowIf(JudgeOwn(context, state, (user, _) => user == request.Name));
        AuthUser? user = state.Users.GetValueOrDefault(request.Name);
        ThrowIf(user is null ? ServerError.UserNotFound : ServerError.None);
        var response = new AuthUserGetResponse { Header = Header() };
        response.Roles.Add(user!.Roles);
        return response;
    }

    public override async Task<AuthUserListResponse> UserList(AuthUserListRequest request, ServerCallContext context)
    {
        AuthState state = await ReadAsync(context);
        ThrowIf(auth.Admit(ServerCall.Of(context), state, asAdministrator: true, out _));
        var response = new AuthUserListResponse { Header = Header() };
        response.Users.Add(state.UserNames);
        return response;
    }

    public override async Task<AuthUserDeleteResponse> UserDelete(AuthUserDeleteRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new UserDeleteCommand { Name = request.Name }, context) };

    public override async Task<AuthUserChangePasswordResponse> UserChangePassword(AuthUserChangePasswordRequest request, ServerCallContext context)
    {
        string password = request.Password;
        request.Password = "";
        ThrowIf(await auth.RequireAsync(ServerCall.Of(context), asAdministrator: true));
        string? hash = password.Length == 0 && request.HashedPassword.Length > 0 ? BcryptHash.Given(request.HashedPassword) : await HashAsync(password);
        ThrowIf(hash is null ? ServerError.InvalidAuthManagement : ServerError.None);
        return new AuthUserChangePasswordResponse { Header = await ChangeAsync(new UserPasswordCommand { Name = request.Name, Hash = hash! }, context) };
    }

    public override async Task<AuthUserGrantRoleResponse> UserGrantRole(AuthUserGrantRoleRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new UserGrantCommand { User = request.User, Role = request.Role }, context) };

    public override async Task<AuthUserRevokeRoleResponse> UserRevokeRole(AuthUserRevokeRoleRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new UserRevokeCommand { User = request.Name, Role = request.Role }, context) };

    public override async Task<AuthRoleAddResponse> RoleAdd(AuthRoleAddRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new RoleAddCommand { Name = request.Name }, context) };

    public override async Task<AuthRoleGetResponse> RoleGet(AuthRoleGetRequest request, ServerCallContext context)
    {
        AuthState state = await ReadAsync(context);
        ThrowIf(JudgeOwn(context, state, (user, current) => current.Users.TryGetValue(user, out AuthUser? known) && known.Has(request.Role)));
        AuthRole? role = state.Roles.GetValueOrDefault(request.Role);
        ThrowIf(role is null ? ServerError.RoleNotFound : ServerError.None);
        var response = new AuthRoleGetResponse { Header = Header() };
        response.Perm.Add(role!.Permissions.Select(ToWire));
        if (role.Name == AuthRole.Root)
        {
            // Everything, as etcd 3.6 shows it.
            response.Perm.Add(ToWire(new AuthPermission(PermissionType.ReadWrite, [], [0])));
        }

        return response;
    }

    public override async Task<AuthRoleListResponse> RoleList(AuthRoleListRequest request, ServerCallContext context)
    {
        AuthState state = await ReadAsync(context);
        ThrowIf(auth.Admit(ServerCall.Of(context), state, asAdministrator: true, out _));
        var response = new AuthRoleListResponse { Header = Header() };
        response.Roles.Add(state.RoleNames);
        return response;
    }

    public override async Task<AuthRoleDeleteResponse> RoleDelete(AuthRoleDeleteRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new RoleDeleteCommand { Name = request.Role }, context) };

    public override async Task<AuthRoleGrantPermissionResponse> RoleGrantPermission(AuthRoleGrantPermissionRequest request, ServerCallContext context)
    {
        ThrowIf(request.Perm is null ? ServerError.PermissionNotGiven : ServerError.None);
        Permission permission = request.Perm!;
        var command = new RoleGrantCommand
        {
            Role = request.Name,
            Type = (uint)permission.PermType <= (uint)PermissionType.ReadWrite ? (PermissionType)(int)permission.PermType : (PermissionType)byte.MaxValue,
            Key = permission.Key.Memory,
            RangeEnd = permission.RangeEnd.Memory,
        };
        return new AuthRoleGrantPermissionResponse { Header = await ChangeAsync(command, context) };
    }

    public override async Task<AuthRoleRevokePermissionResponse> RoleRevokePermission(AuthRoleRevokePermissionRequest request, ServerCallContext context) =>
        new() { Header = await ChangeAsync(new RoleRevokeCommand { Role = request.Role, Key = request.Key.Memory, RangeEnd = request.RangeEnd.Memory }, context) };

    private static Permission ToWire(AuthPermission permission) => new()
    {
        PermType = (Permission.Types.Type)(int)permission.Type,
        Key = ByteString.CopyFrom(permission.Key),
        RangeEnd = ByteString.CopyFrom(permission.RangeEnd),
    };

    private static void ThrowIf(ServerError error)
    {
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }
    }

    private ResponseHeader Header() => headers.At(reader.Revision);

    private async ValueTask<string> HashAsync(string password)
    {
        (ServerError error, string hash) = await passwords.HashAsync(password);
        ThrowIf(error);
        return hash;
    }

    /// <summary>The state as of a moment after the call has come in, with the issue of the caller's token in it.</summary>
    private async ValueTask<AuthState> ReadAsync(ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        ThrowIf(await reads.ConfirmAsync(call));
        await auth.ArriveAsync(call);
        return reader.Auth;
    }

    /// <summary>An administrator, or a user who asks for what is the user's own.</summary>
    private ServerError JudgeOwn(ServerCallContext context, AuthState state, Func<string, AuthState, bool> isOwn)
    {
        ServerCall call = ServerCall.Of(context);
        ServerError error = auth.Admit(call, state, asAdministrator: true, out _);
        return error == ServerError.PermissionDenied && auth.Identify(call, state, out AuthIdentity identity) == ServerError.None && isOwn(identity.User, state)
            ? ServerError.None
            : error;
    }

    private async Task<ResponseHeader> ChangeAsync<TCommand>(TCommand command, ServerCallContext context)
        where TCommand : ICommand
    {
        if (await capability.ObstacleAsync(reader.Auth, command is AuthEnableCommand, context.CancellationToken) is { } obstacle)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, obstacle));
        }

        ProposalOutcome outcome = await proposer.ProposeAsync(command, ServerCall.Of(context));
        ThrowIf(outcome.Error);
        ThrowIf(StatusMap.Of(outcome.Result.Error));
        return headers.At(outcome.Result.Revision);
    }
}

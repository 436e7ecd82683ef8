using MetaStore.Client.Endpoints;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client;

/// <summary>etcd's Auth service: users, roles, permissions and the switch. Thread-safe. Source: etcd v3 API, service Auth.</summary>
/// <remarks>The client authenticates by itself as <see cref="MetaStoreClientOptions.User"/>.</remarks>
public sealed class AuthClient
{
    private readonly EndpointBalancer _balancer;

    internal AuthClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Switches the checks of users and roles on. User root must exist and have role root.</summary>
    public Task<AuthEnableResponse> AuthEnableAsync(AuthEnableRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.AuthEnableAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>Switches the checks of users and roles off.</summary>
    public Task<AuthDisableResponse> AuthDisableAsync(AuthDisableRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.AuthDisableAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>Whether users and roles are checked, and their revision.</summary>
    public Task<AuthStatusResponse> AuthStatusAsync(AuthStatusRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.AuthStatusAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Adds a user.</summary>
    public Task<AuthUserAddResponse> UserAddAsync(AuthUserAddRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserAddAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>The roles of a user.</summary>
    public Task<AuthUserGetResponse> UserGetAsync(AuthUserGetRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserGetAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>The names of all users.</summary>
    public Task<AuthUserListResponse> UserListAsync(AuthUserListRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserListAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Deletes a user.</summary>
    public Task<AuthUserDeleteResponse> UserDeleteAsync(AuthUserDeleteRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserDeleteAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Changes the password of a user; its tokens are not accepted any more.</summary>
    public Task<AuthUserChangePasswordResponse> UserChangePasswordAsync(AuthUserChangePasswordRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserChangePasswordAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Gives a role to a user.</summary>
    public Task<AuthUserGrantRoleResponse> UserGrantRoleAsync(AuthUserGrantRoleRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserGrantRoleAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Takes a role from a user.</summary>
    public Task<AuthUserRevokeRoleResponse> UserRevokeRoleAsync(AuthUserRevokeRoleRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.UserRevokeRoleAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Adds a role without permissions.</summary>
    public Task<AuthRoleAddResponse> RoleAddAsync(AuthRoleAddRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleAddAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>The permissions of a role.</summary>
    public Task<AuthRoleGetResponse> RoleGetAsync(AuthRoleGetRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleGetAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>The names of all roles.</summary>
    public Task<AuthRoleListResponse> RoleListAsync(AuthRoleListRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleListAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Deletes a role and takes it from all users.</summary>
    public Task<AuthRoleDeleteResponse> RoleDeleteAsync(AuthRoleDeleteRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleDeleteAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Adds a permission to a role, or changes its type.</summary>
    public Task<AuthRoleGrantPermissionResponse> RoleGrantPermissionAsync(AuthRoleGrantPermissionRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleGrantPermissionAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Removes a permission from a role.</summary>
    public Task<AuthRoleRevokePermissionResponse> RoleRevokePermissionAsync(AuthRoleRevokePermissionRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Auth.RoleRevokePermissionAsync(request, options), request, CallKind.Write, cancellation);
}

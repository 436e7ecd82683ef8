using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Changes;

/// <summary>Gives a page the token of a user, as Authenticate does, with its throttle and audit; also when the JSON gateway is switched off.</summary>
internal sealed class SignIn(OwnServices own)
{
    private const string AuthenticatePath = "/etcdserverpb.Auth/Authenticate";

    /// <summary>Reads <c>{"name": "...", "password": "..."}</c>.</summary>
    /// <returns><c>{"token": "..."}</c>.</returns>
    /// <exception cref="BadArgumentException">The body is not that.</exception>
    /// <exception cref="RpcException">The member does not know this user with this password, or cannot say.</exception>
    public async Task<byte[]> RunAsync(HttpContext http)
    {
        AuthenticateRequest request = Parse(await SmallBody.ReadAsync(http));
        string token = await own.CallAsync<AuthenticateResponse, string>(
            AuthenticatePath, request, OwnServices.Caller.Of(http), static response => response.Token, http.RequestAborted);
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["token"] = token });
    }

    internal static AuthenticateRequest Parse(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && Text(json.RootElement, "name") is { } name && Text(json.RootElement, "password") is { } password
                ? new AuthenticateRequest { Name = name, Password = password }
                : throw new BadArgumentException("the body has to be {\"name\": \"...\", \"password\": \"...\"}");
        }
        catch (Exception unfit) when (unfit is JsonException or InvalidOperationException)
        {
            // The parser's text would quote the body, and with it the password.
            throw new BadArgumentException("the body is not JSON");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

/// <summary>An authority and what it signed, as files; like ovs-pki's, the certificates name no host.</summary>
sealed class Certificates : IDisposable
{
    static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddHours(-1);
    static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddHours(1);

    readonly string _folder = Directory.CreateTempSubdirectory("pki-").FullName;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(From, Until);
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), authority.ExportCertificatePem());
        Issue(authority, "server");
        Issue(authority, "client");
    }

    public OvsdbTls Client => Of("client");

    public OvsdbTls Server => Of("server");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    OvsdbTls Of(string name) => new(
        Path.Combine(_folder, "ca.pem"), Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));

    void Issue(X509Certificate2 authority, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!), From, Until,
            RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(_folder, $"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }
}

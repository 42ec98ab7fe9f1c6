import type { Toolset } from '../protocol/selection.ts';

/** An icon as the protocol carries it. PNG, since editors show no SVG of a server. */
export interface Icon {
  src: string;
  mimeType: 'image/png';
  sizes: string[];
}

/** Pictures of 24 by 24 points, readable on light and dark, in base64. Drawn from the editor's own icons. */
const pictures: Record<Toolset | 'prompt' | 'server', string[]> = {
  environment: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAAB5UlEQVR4nOxVzysEcRR/7zvTKiVJJPkx66IcKEdicnRxxwkpirKL',
    'HBxQDmpjRSkuXOxJTpIbO7WUA3+A2KH8Kj+OyOw8b6aW3W1nGrIH5VPbznvvO+/z3udN3ycgx5Ddguq83gaILYSmyIwR4YMBUuQo',
    'WPnklgOdAq1hfZKDs+ACArgRCV/DwVj5g9MZ5w6IJph/PRpUerMWENL9KMMFSe+dbC47pRFOAUQsIKQrp7g2rsTtOsAsBhcIyDFk',
    'L4d4Huc8j5qkTQTdWlCJeHnXEwESzRJCddI2zLwYeIQngmjQvw4/RM5n8PcJ/r+i7xE0L17XSvR+wnLkp/rdJELAKTWsTxHQqhbw',
    'D2QSpA2Zkw8jkMSHZ1L9tkTsS/4M0xf7IqMoX0h7SNjXFLordeygbpp8QJddhLilBZRpdSE+wtVVWbFsElm3qU0uxDavi13CxJkk',
    'v3SxazErQXHhVQfLUJQg3LArQwxZ+4Db7wEH8D64fZWlzeOhisfWBf1QIPZlEnwuHNZ5h/ut5+qr+a4my/edjabOX/aDoDUyoVEb',
    'VU7TOmhZui0B462dAOeSyW1pRpV9/tsHD3g28yJF+LqEAqyOT9M6UMPxQX5cgV8B3UcD/jJI7cBEOYZkzMAvwJIu1UbIMT4AAAD/',
    '/3e5ixEAAAAGSURBVAMAJ67Na/xVnVAAAAAASUVORK5CYII=',
  ],
  data: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAACMklEQVR4nOxVv2sTURz/ft9doqSNDi5q1dahRS24FKxSmhZEcXFt',
    '9S9w0CEe1cXBqJAqSoI4SCk4SYUMDnWsQ027KDooLQgKOY/YxalKTmpy9/XzmqgQLq8R6iD0C4+7e9/3/fx49/g+Rf84bGNWhIfu',
    'r/RZUu1non4hsfQ0EwdCtByG9tKi0/WBmKUVBEdNDkxJLOG7F5XwBFZ0kUkDiSdCkwv7eqZpjIPmvIpS3eG7zxRxHrJWQ6EsFJ6u',
    'cewQxxNJPfR7yOoM9E1C4XfF/DBVdmeoHQcj+dJ5TM+A53bx64FrlOGQTFEQK/XZu8ckaS3kRbp7zuhASPXpJ7w+3hBcB7YFf2a6',
    '4f54czriJ4esjVksc8O5kuN3bJt9c2GvH4U9MLWS6KysjVMgd+vi6odgA4LfXjzs7ZPOyo9aKue+AqsnTGXMV4Q4ie9B8teOYVti',
    'AH6Jk7UrCkW1gi+me04Ewqfg5hYMbcc4B9AJAF1HkQOiOHI3cBBO6rWtcFo7wNleJHpO9XGTTHEZI+/SXznYrNgi2CL4HwlY1HqD',
    'G82ITe1GoXERNWqNBCHxW/2UHZ+yvwpNcSQjcd2u12tEXjfnI2+0kVxpFq3iLNrje0h6qhTP18j2vlWt8rsruytDd74kOeYPKpZR',
    'wI6hP/UCvFB0Do63RaC3J9jpXkLhVSzYQ4bAdVlCl80urHY/iro/mMzVPPzAO0y18Chad++ffs9VvC9bYi/NO/s/miDMBJsQPwEA',
    'AP//2nU9RAAAAAZJREFUAwDuzswD5bUv1wAAAABJRU5ErkJggg==',
  ],
  strategies: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAACmUlEQVR4nLRVv2/TUBC+s9NSsbAxQEqcwoDEhBiAQn7QDSQmJhYW',
    'BlJAquIoQwWVCrQVioJTpRsDjKz8A1EbJxISiI0JpMYJZUBU6sTQxu8d99wmdZqkwk3zSdbze/d899139541GDI0GDKGHiB0mDFm',
    'OYuIcA00PWXPjP+AIwD7GRKWY7E1TQRbvGmbBEzaWaMGAdFTorjl5D3nQC9AwBVCIAyBfWOlcQYGDcDMcyxLRhIs2enovMda0xNE',
    'dFpv0hwEREeARKG+xMyzRPi6YhrPWusoxDQijiLIz/0cJaxGLFncCPcNEC/U5gFoljV/Y5uR2fb6nlwSKFc2o+97OY9btWVAaZPr',
    'fpksNs77bV6Rr1s/z46i2CCAd3baeLjPysmpjOA/wBIWEfAev7liTLtcfRzZamfwJxTeZOfrSHCnxUC16J7zD6rYrWfXG6zuzuGT',
    'mqrsbDM6IzRMAWJE24G7HRko3LTqExpSlRcEy/SRC/1UAliVtJHxM00UHCYLc7ZpLHDNWDJ5v6nrl5RtxJVVjr7dlYFC1YysSxlK',
    'MjPJYZ94hT7gvEsWl15yA2+OuKI0IuSaamcB2lTLeUcAL0gm/P3vSeOCBjThL3Q/qBYWFJpiqX7z1FEEFVH/nq6r4usjbKrNPT1y',
    'WrBcZ2FR95Pi4Sr0QbDLDrkN1KBk9CGZr12MF5wSPwtdn0BAqCLzsMa1KvucpLizxpjAKTYucqs/99mCgQ9knfv9XMciwS+uboyF',
    'm1atLUlPVsxxj0Dg/wHfT5Fy2kD1cBZvVVuSrt9SBZcIXm00Em2/IRgACNo3DnAChHjAZ4Kdk8nLr8oZY3V/z4Dgu2pFHUr1zvrn',
    'Wf9sJ4ljABf+tpS4U8lESgdtxxLgMAz9p/8PAAD//7Y9GywAAAAGSURBVAMAsGogsym8rZYAAAAASUVORK5CYII=',
  ],
  backtest: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAABgElEQVR4nOyVwUrDQBCGZ5LYg2+goG3Vk49g2xiPelR8Aj0LKT0o',
    'nryoUEiKV/EFPHnSa5tAfQppoi+h1GSc2RpJC2prE/DQ/7AzO5D/S2azuxrkLE2GmhssmG6wCzlIAZDgAAFuIQcpABMMHnXIQRpM',
    'Kct5WeMWH+YCsNxeiSDy2eSa17CZKWDj6nmVAH1AeOXY4jVsmE54kQnAbAbluShuEwuBtjy7aMcE54h0XHN6Z2MBqk64sukG9xLT',
    'dWkLGuCJuYZgtu1yIHW/Xjpl3CUi7v8KEBMdqcPptkSZJ3XVFnkwZZ7IqxdPPLu0/iPgy4SHmHRLajK3WmE1Mee21EbNv9MnQKNR',
    '835cqPj1pY6YKQjRxOYpQIwDE2grE6Rqt7EYSi5mfV2zOH2QOIm5yBieotGPCpXEPFH3aPmJww78QUOA9JtnpSHApJ8/jqY+i2aA',
    '/w8Y/EWE77xFgQ83ggzEGzYmpD3fLt8ZA3+4QXU1UybXJp+o0RvOP6occtYHAAAA//98cAUjAAAABklEQVQDAK7SoPyP1+bYAAAA',
    'AElFTkSuQmCC',
  ],
  node: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAAClklEQVR4nOxUz2sTURCeeVtTpGgKCoo0aQJFbC4igrW1SVoV9OiP',
    'i+hJEIoUQhIRLBZM9SSY3dJWEcQ/QESqXgS9pNtCLShBD3opzSam0IMgKEWbZDPObpOwSdSkib31g2T2zb75Zt68b1bAJqPFuvDK',
    'X/wC9GOEZIMGgIQZEmJODTrVkq/44FO0KV4Mw38AAY6roc5QKYFXSZwRgNOEeEMNdt6FJuCTtVFEuEMkTqlh52thOAWhx7Cr250y',
    'NIksSFHDIuqHTW7jr9jz90OYhSYxH3b8NDkBWksJNhNbCWqiBRoFEfYrqRMI+S4EbGPBx9ekHe8WAru+8wWf56Hb23ACX1TrQ0V7',
    'wFo8aJlVaNV/EM+BLNppNHbZ/cvwbbhFXkW7wpyz6+TlQEP+CNfy3+CDL7rs2HAC/pwc54BHTPLPOM6yHzD7wmhj/Ql4MxLcL3MB',
    'eHSUjrKdr04Ch3zjybPrk0ywUqiw+2/8A7LWwz04YPWpIdfnuaBjgW0fs1xkV7oi7JJ5QwMT6Q7K5eJMsEJAzyrJ1aBrzKskhwXC',
    'pNU/E3Khde2JkG23PTWCQJHCEZfNE8QCHWkEqZcfv7K8brLsbll/hSPboQY+RTAjJOlxcc3F7izJNBZ2LLIZtAb4lETETMDdRyWx',
    'ZJVkFSIk/HZtiDtxu7iNzVLdc5Chluc20Fc5qq3yXb+cPCkwOcGU3dYa+PJn6laR8RnmI09ZfX458dIva68kpDfMWykQHch2r+rM',
    'rKRznPpppdYxT73pba74vpz20dR5DeSJrs6G3Q+rWmRomtUS4WqlsgAQXYsBfLtnMjUoZfVpTnLkT8RElOF3Iwa5WRg0AFOO7akL',
    'SHSaK3ITQg8P4RoX9QR0HFOvuxLFvb8BAAD//3SHd6QAAAAGSURBVAMAu5DoXHV4fj4AAAAASUVORK5CYII=',
  ],
  trading: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAABlUlEQVR4nLSWv0vDQBTH37tExdmhINb4C6EugkOHtqlu/g/+BSIq',
    'JlRwUpykWBMRB3dH3V01rQE7FAcXQa21RXAQ9zbJeS0W2nr1Ry79DAe5u9z3vXs/OAI9hkCPkUGA6HFlaLDmnNYksmavjz7y9gTg',
    'AZ2TXc+KHb1MBi6QXx15RyonkALpc7yrWOZV6dyDEAALRnnKQ8dGitWa1x+3U8Ol5lpbDOaN4i0gzsI/oeAyS7FhrixVL9jUDFeA',
    'EmkPqBsBH7Czl9kYopSedcyLkzRLJgLdoAAZSxvbbF0TStPfDq8j5EHioDItEeeeXUva0se3eHuEr0g1ytGsHs53W0eRn/9C10JT',
    'zWKaoHuTMEoTIAA3yEnzeZ+5lqKAhzldeYIgBVoPtzRFA0HaYqAaxV2CuM1K7o2l3Qn4gLWlu6ymnDe/2zwggEtfuiGmvAO+oAU2',
    '8AVYR1mUwLOBsrYFknqphx9AkG9pWs8aCYMT4dZBo/2Cc42sB7gDJJJbUT7AJ9w6qFtNQI4z/QIIEkg3/Ymevyo+AQAA//8dh/Dq',
    'AAAABklEQVQDAFsxisjbFFYpAAAAAElFTkSuQmCC',
  ],
  risk: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAACrUlEQVR4nMxVzUtUURQ/586kaUEGgZTpzJRSlFBg2MoPCukPiBaB',
    'i7RIkpCZZ4taNVHQonS0lYJgLlq0iHIZtnAckZQKLHEVzAxCICJWoDk1755+b6hwZt5zHsJAB+57997z8Tvn3HvOVVRkUlRk8roV',
    'rH0ipVXp5EPNJKvffHcWw/zTjR67EWqKxK8o4QeQrrLWIvJJlLc9Fqz+uGOAhuEv5eXr6TZm3QOhc7CaFGZDSLQSGiBmHwm91KTG',
    'NvZ4J953HdooCNASSY6K6AB295NwPf7gyxwLDa989z/7m5YTYSk5sC/ZDt51mGgEkBDLAr5rWH+eMvzXHAASYnmK7TlR6oUS8/Vk',
    'KPCVtqHWSLxCs+cCa30RgI1WZNGQ/5/dvEMWpqdTIX+YXNIfB55bozkSD8Py3a38/+eaNvUlzyuWQSQVaVTdUaMm5kYvOwKhTSEq',
    'sxNkJfdh/CSm9UT6np2MpYux4QzAksSN8dsCEJlbFmzvLR8BSiJ7L9sDMPmoLYCoUOaGYZjaG7STAa8O0HFnAKFZZmpo7V+qzdWd',
    'NGreWQ5YY7r38Hwuv/Vx/Diu6Cl4+dYRAAJDOMFfJps3yDYMXsB33o6lPXwTLqaULhnKUskVxF0eQzFcEi+fifX4FskFodhOa0RP',
    'mRoKdJFjBCDx7L6F36ZKy7jVj6iw8Qqk9hWiW9Wl6nYuPw8g1nNwRUh1wJvaveupGRjwOxlvHlyq08QzVnsQ8Vye7vatFQTIgBg1',
    '4zhM5JSPaeTcatd5xiOJTtbmB0zRVaUzZlRH7Wxt+x40P0oEUOsjmXZNMiG65KrpYfZKagSqbRB5I3pX51Rv1ZKTDVcPTkt/vANN',
    'cICtes5ELWkUZDBqBEYL6boCsOjswHJlqfzos+YpLuudDVYuu9FzDbBTKnq7/g0AAP//NoFdJwAAAAZJREFUAwDhsQlibkNiKQAA',
    'AABJRU5ErkJggg==',
  ],
  prompt: [
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAACUElEQVR4nNRUTUwTURCeed1ND15IUBKsdLdR400PJsZA+nPhoncR',
    '482YaAKErhLiCblCbRE8gB5JvGj05omDbKkcrXryoO1arR6MNyNpuzvO21pS1xbbQkn4kt15783szOy8+UZAlyGgy+h6AKW2iNwv',
    'nETHfkhAQwiotuqA7ctIuFFWxPVXE8EPXj3KVyyV0wnwNREUAekJtAkOMMKejlQUcTozHiyC9w+I8AIb9NhCPZ+ZDLyHNhFeKDwT',
    'ZL9RSnSRt4/qde4dEFKflJ04l0hPDrx1/Qgn4NUd/C7avzZtBecefO71lyqjiHS4oQFBLJzMj1XA93jTGPjRVoDB+W99Snkriwj9',
    'f7r7HyBilDVRFew7sUTxzMvbR7+3HMCn/LrCBOwnRw2atwKFZnaR+XwIFfhIvvIob5fcO2CilKQ8sUj+Zh9yZj1S7uTc1U/pOSkJ',
    'nF4pqzwgyEoZqFgTsMcQ1az0F8zmZU5zLprKk3xqBmdXSI0k8wkuzwx0gO02NQ3tpk04zMu12tng4qfjh35amxzY4P/siOV/8WDD',
    '0NZ4OmbkOnzPuqraTpZrr5GDww7AsjwfWigGd3IoL1lKRNGsTdGdK0LQKhGlCXEkbWhfuU3fCd/WtAIli0u4be0AzaXjoelIKmdx',
    'GavBCb7Yflh1vTXKIpzM3RCAYv2YtgKX0K6de4nG3XeKPVzmaTnDm1lOaJ3H/tN6ojVmTBvgBlhi8o1VE6dZMx66W6/f9SwyDX2c',
    'Wy4h18jz2qvfk2FnxvUpDnKNQDz36nZdov/hNwAAAP//j3XKVQAAAAZJREFUAwClmNY3UAishwAAAABJRU5ErkJggg==',
  ],
  server: [
    'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAFD0lEQVR4nOxWe0xTZxS/t4/b3lYt7e2D8pgUcD4QEsNwPngUmMDA',
    'SCSyoQvqcJuJok4ZCLotExEQpjMhbgtL0GUjM2LcI+4Bg0JhmwrM+UBKBxTkTR+3lL4ftPuAyUqhMP8wyxJPbu7jfOf8fvc753zn',
    '+0hsvxDoaQoBesry/ycgLWoRFBwSGvbiyjVBfL4Xh8uDIUguHx0aGpS2P2xtviV52LawO7xAklkY5+DbxyKFMeDdaDL2yrrZbC4E',
    'OZRKhSAgkEqhAn1jg+jihQ9xleqJCV5Yv+HkqQI6fcn1qit19WKNRoug9JzsdwBBSek5i1Hv4bE0NlqYkpqm02rz38/7o7XlCQiS',
    'krcfyTo+NDh4vrRYbbDp1AqrxQxAfXy8IYdjYHAIkJER6hImxqIjWTl5nnz++bOFP33/3VwoIs2D56IKj4zOfe8DsaiusOC0jUAZ',
    '7e3Qa3CLyTBhs6pxXK3GwQv4NOnHjVoNkca8cf0aj8dNe21355/Sgf6+RWbA9fSs+PIqiOnRI4cR2tJhWTu0mPD911gN2o/KyjyY',
    'zL1pqSql3HnUtUz3ZLyFIEhJUQG6jLUwOitwQ2hGedSJ2mGZBGVgJYUFFISyO+MNF7NZBCiNFhuXUPVVpcZkH30kdQfNXh0Ztv9S',
    '6N4ylmCdXi4DaR/plY4ZbKActsQnAhC3BFHCWCKRWFMn0qmVVrPJBdcBQZw10esPfLFu1zkP37WTKhiSNVSAp9Vs1GlUNT/XkRHy',
    '5ogoZ69ZCy0iJtY4KWaQRBd0hm9wUMopGtvXPmEBuJN8dvv4SCfedWvawGYxa/UGi8USKYytrf5x/hn4+wf0yLpACYKKnAVPIAa/',
    'WkBCl8AwRCQhj5UEWX35jInZqKegdLAYBYGBs1ydP6go6unplZebw2Fjznp+SALq4SX59kxP4+W/w2W3G1QDCknjjA2Xg+XlHge9',
    'hEpFIXchslosMAxDswWEXiDM0Cv75BKxQiK2mXQr4jInf19U7mo6JRM2m9sZgCaD46qi4hKF8p/ewl0tpLOf634MN/bonmlcacSH',
    'R+5XO/vKFcDx7JharVSMuiXo6ZYJ/ANsFhNIw4xSINxnwAdG79dgKzaF7isPe/Mzm0nb/vVpECZnX5AAUBrLBYLuri7IXYjutN6O',
    'ezmRjTHNRsO0BluxkeG9Si5pDNtfAUpTM9hxtzJbIWmA5ggJofC4HAKBAEDczuD3lmZwT4jbAroYmTKZK7/I16eiFAlycefzw82f',
    'pM+LjlBROgNLjI9zOBwtzbfdzmBMjYtqa+ITtzY0iCDHyv7OBwzfIFzWIhNfVnc3Q+6F57fKm70MdIHqH24YdDrnIddmx8KwS5VV',
    'BoP+0MEDZPTfNjubWX/x40/JZPKenTvGNWPOo67tGqxjsFiStm3nctg3f21i+wSAJmCfsM0LDSLjFRhs0KgyD2U+v3J1/ru5su5O',
    'F5t59gPQ00GxvrIrfdPm8NabvyBLMSKJTJ7aIJf7+TGZLL3JTFvGpDNYTJ4vgwrnnykOWhtyobSoQVQ79yfmIQDSKe1oe3AvIXFr',
    '0rZkkxaXSKUUlMbAeFk5JzaER91t6wDr0W63JicmHM3OJRGJJ3OONYnroflkoU2fyWKl7kxPTtkBamNkeAhcfv4BMASDOHh5+3jy',
    'vYD+m2tXq65UasbU7kDgRY+ONDp94+YIYcxLPr7L2Vzu9LFlsL8PBOS3JjHI2cLu8LOz6X9O8BcAAAD//1tllwgAAAAGSURBVAMA',
    '7fcuq2j/5JIAAAAASUVORK5CYII=',
  ],
};

export function iconsOf(name: keyof typeof pictures): Icon[] {
  const size = name === 'server' ? '32x32' : '24x24';
  return [{ src: `data:image/png;base64,${pictures[name].join('')}`, mimeType: 'image/png', sizes: [size] }];
}

/** The icon of an address: that of the tools which are about the same thing. */
export function iconsOfUri(uri: string): Icon[] {
  const [, kind = ''] = /^nautilus:\/\/(\w+)/.exec(uri) ?? [];
  const toolsets: Record<string, Toolset> = { catalogs: 'data', runs: 'backtest', nodes: 'node' };
  return iconsOf(toolsets[kind] ?? 'environment');
}
